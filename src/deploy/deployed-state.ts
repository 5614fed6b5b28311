import { readPublished } from "../../runtime/publisher/publish/published.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { DeployedState, StackState } from "../plan/inputs.ts";
import { type Cloud, cloudOf } from "../stacks/cloud.ts";
import { type Stack, templateOf } from "../stacks/describe.ts";
import { findSite, requireFreeName } from "../stacks/find-site.ts";
import { isProtected } from "../stacks/protected-site.ts";
import { conditionOf } from "../stacks/stack-status.ts";
import { readAccess } from "./site-access.ts";

/** What is deployed of a site. Throws a DslError when one of its names is taken by something else. */
export async function readDeployedState(clients: AwsClients, site: string): Promise<DeployedState> {
  const found = await findSite(clients, site);
  await requireFreeName(clients, found);
  const { account, region } = found;
  const states = await Promise.all(
    [...found.stacks].map(
      async ([role, stack]) => [role, await stateOf(await cloudOf(clients, role), stack)] as const,
    ),
  );
  const stacks = new Map(states);
  const [bucket, access] = await Promise.all([
    readBucket(clients, stacks.get("bucket")),
    isProtected(stacks.get("service")?.parameters) ? readAccess(clients, site) : null,
  ]);
  return { account, region, stacks, ...bucket, access };
}

async function stateOf(cloud: Cloud, stack: Stack): Promise<StackState> {
  const { name, status, parameters, outputs, tags } = stack;
  const condition = conditionOf(status);
  // Only what can be updated is compared; a stack in review has no template to give.
  const template = condition === "usable" ? await templateOf(cloud.client, name) : "";
  return { name, status, condition, parameters, outputs, tags, template };
}

async function readBucket(
  clients: AwsClients,
  bucketStack: StackState | undefined,
): Promise<Pick<DeployedState, "packages" | "published">> {
  const bucket = bucketStack?.outputs.BucketName;
  if (bucket === undefined) return { packages: new Map(), published: null };
  const store = new BucketStore(await clients.s3(), bucket);
  const [published, code, layers] = await Promise.all([
    readPublished(store),
    store.list("code/"),
    store.list("layers/"),
  ]);
  const packages = new Map(
    [...code, ...layers].map(({ key, lastModified }) => [key, lastModified]),
  );
  return { packages, published };
}
