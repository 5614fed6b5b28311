/** The stacks of a plan after the bucket's, one after the other. */
import type { Plan, StackAction } from "../plan/plan.ts";
import { cloudOf } from "../stacks/cloud.ts";
import { describeStack, type Stack } from "../stacks/describe.ts";
import { requireIdentity } from "../stacks/identity.ts";
import type { Role } from "../stacks/roles.ts";
import { applyStackAction, stackStep } from "./apply-stack.ts";
import type { Deployment } from "./deployment.ts";
import { stillAtIt } from "./interruption.ts";
import { loadWhatWaits } from "./last-events.ts";
import { removeStack } from "./remove-stack.ts";

/** Brings them up to date, or takes them away; resolves with those that are there then. */
export async function applyStacks(
  deployment: Deployment,
  plan: Plan,
  bucket: string,
): Promise<Map<Role, Stack>> {
  const stacks = new Map<Role, Stack>();
  for (const action of plan.stacks.filter(({ identity }) => identity.role !== "bucket")) {
    if (action.action === "delete") {
      await takeAway(deployment, action, plan.lostMessages);
      continue;
    }
    const ApiId = stacks.get("service")?.outputs.ApiId ?? "";
    const { DistributionDomainName = "" } = stacks.get("edge")?.outputs ?? {};
    const known = { BucketName: bucket, ApiId, DistributionDomainName };
    stacks.set(action.identity.role, await applyStackAction(deployment, action, known));
  }
  return stacks;
}

/** A stack that the site is to have no more; one that is gone already is fine. */
async function takeAway(
  deployment: Deployment,
  { identity, stackName: name, first }: Extract<StackAction, { action: "delete" }>,
  lostMessages: number,
): Promise<void> {
  const { clients, roleArn, reporter } = deployment;
  const { client } = await cloudOf(clients, identity.role);
  const stack = await describeStack(client, name);
  if (stack === null) return;
  requireIdentity(stack, identity);
  if (first !== undefined) {
    await loadWhatWaits(deployment, await applyStackAction(deployment, first, {}), lostMessages);
  }
  reporter.ifInterrupted(...stillAtIt("deleting", name));
  await removeStack(
    clients,
    identity.role,
    stack,
    roleArn,
    stackStep("Deleting", identity.role, name),
    reporter,
  );
}
