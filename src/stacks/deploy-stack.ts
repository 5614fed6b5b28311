import type { Step } from "../terminal/reporter.ts";
import { createChangeSet, executeChangeSet, type StackRequest } from "./change-set.ts";
import type { Cloud } from "./cloud.ts";
import { requireStack, type Stack } from "./describe.ts";
import { followEvents, latestEventId } from "./events.ts";
import { stackFailure } from "./first-cause.ts";
import { requireIdentity } from "./identity.ts";
import { hasSucceeded } from "./stack-status.ts";

/**
 * Creates or updates a stack and shows its events under `step`. Resolves with the stack as it is
 * then, and whether anything was changed. Throws a DslError with the first cause when it fails;
 * CloudFormation has then rolled an update back to what was deployed before. The stack to update must
 * be the one that `request.identity` says.
 */
export async function deployStack(
  cloud: Cloud,
  kind: "create" | "update",
  request: StackRequest,
  step: Step,
): Promise<{ stack: Stack; changed: boolean }> {
  const existing = kind === "update" ? await requireStack(cloud.client, request.name) : null;
  if (existing !== null) requireIdentity(existing, request.identity);
  const before = existing === null ? null : await latestEventId(cloud.client, existing.id);
  const changeSet = await createChangeSet(cloud, existing, request);
  if (changeSet !== null) {
    await executeChangeSet(cloud, changeSet);
    const { status, events } = await followEvents(cloud, changeSet.stackId, before, step);
    if (!hasSucceeded(status)) throw stackFailure(kind, request.name, events);
  }
  const stack = await requireStack(cloud.client, changeSet?.stackId ?? request.name);
  return { stack, changed: changeSet !== null };
}
