import type { Published } from "../../runtime/publisher/facts.ts";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { DeployedState, StackState } from "../plan/inputs.ts";
import { type Cloud, cloudOf } from "../stacks/cloud.ts";
import { describeStack, requireOwn, type Stack, templateOf } from "../stacks/describe.ts";
import type { StackNames } from "../stacks/stack-name.ts";
import { conditionOf } from "../stacks/stack-status.ts";

/** What is deployed under these names. Throws a DslError when a name is taken by something else. */
export async function readDeployedState(
  clients: AwsClients,
  names: StackNames,
): Promise<DeployedState> {
  const cloud = await cloudOf(clients);
  const [bucketStack, serviceStack] = await Promise.all([
    readStack(cloud, names.bucket),
    readStack(cloud, names.service),
  ]);
  return { bucketStack, serviceStack, published: await readBucket(clients, bucketStack) };
}

async function readStack(cloud: Cloud, name: string): Promise<StackState | null> {
  const stack = await describeStack(cloud.client, name);
  return stack === null ? null : stateOf(cloud, stack);
}

async function stateOf(cloud: Cloud, stack: Stack): Promise<StackState> {
  requireOwn(stack);
  const { name, status, parameters, outputs, tags } = stack;
  const condition = conditionOf(status);
  // Only what can be updated is compared; a stack in review has no template to give.
  const template = condition === "usable" ? await templateOf(cloud.client, name) : "";
  return { name, status, condition, parameters, outputs, tags, template };
}

async function readBucket(
  clients: AwsClients,
  bucketStack: StackState | null,
): Promise<Published | null> {
  const bucket = bucketStack?.outputs.BucketName;
  if (bucket === undefined) return null;
  return readPublished(new BucketStore(await clients.s3(), bucket));
}
