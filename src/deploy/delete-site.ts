/** What `dsl delete-stack` does. */

import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { type Cloud, cloudOf } from "../stacks/cloud.ts";
import { describeStack, requireOwn, type Stack } from "../stacks/describe.ts";
import { waitForStack } from "../stacks/recover.ts";
import { stackNames } from "../stacks/stack-name.ts";
import { isInProgress } from "../stacks/stack-status.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { removeStack } from "./remove-stack.ts";

export interface DeleteRequest {
  stackName: string;
  roleArn: string | null;
  /** Do not ask. */
  yes: boolean;
}

/**
 * Deletes the service stack, everything in the bucket and the bucket stack, as far as they are
 * there, in whatever state. Throws a DslError when there is neither.
 */
export async function deleteSite(
  request: DeleteRequest,
  clients: AwsClients,
  reporter: Reporter,
): Promise<void> {
  const names = stackNames(request.stackName);
  const cloud = await cloudOf(clients);
  // The service first: a site without data would answer with errors.
  const stacks = await describeAll(cloud, [names.service, names.bucket]);
  if (stacks.length === 0) throw noStack(request.stackName, await cloud.client.config.region());
  if (!request.yes && !(await reporter.confirm(question(stacks)))) {
    reporter.result(["Nothing was deleted."], { deleted: [] });
    return;
  }
  const deleted: string[] = [];
  let objects = 0;
  for (const stack of stacks) {
    const resting = await settle(cloud, stack, reporter);
    if (resting === null) continue;
    const title = `Deleting stack ${stack.name}`;
    const removed = await removeStack(clients, resting, request.roleArn, title, reporter);
    deleted.push(stack.name);
    objects += removed.objects;
  }
  reporter.result(
    [`Deleted ${list(deleted)} and ${formatCount(objects, "object")} in the bucket.`],
    { deleted, objects_deleted: objects },
  );
}

async function describeAll(cloud: Cloud, names: string[]): Promise<Stack[]> {
  const stacks: Stack[] = [];
  for (const name of names) {
    const stack = await describeStack(cloud.client, name);
    if (stack === null) continue;
    requireOwn(stack);
    stacks.push(stack);
  }
  return stacks;
}

/** Waits for what is going on, because its end would come in the way; null when that deleted the stack. */
async function settle(cloud: Cloud, stack: Stack, reporter: Reporter): Promise<Stack | null> {
  if (!isInProgress(stack.status)) return stack;
  const step = reporter.step(`Stack ${stack.name} is in ${stack.status}: waiting for it`);
  const resting = await waitForStack(cloud, stack);
  step.done(resting === null ? "it is deleted" : `it is in ${resting.status}`);
  return resting;
}

function question(stacks: Stack[]): string {
  return `Delete ${list(stacks.map(({ name }) => `stack ${name}`))} and all published data in the bucket?`;
}

function list(names: string[]): string {
  return names.length === 0 ? "nothing" : names.join(" and ");
}

function noStack(name: string, region: string): DslError {
  return new DslError(
    "no_stack",
    `There is no stack ${name} in region ${region}`,
    "check the name, --region and --profile (and --local for a site on this machine)",
  );
}
