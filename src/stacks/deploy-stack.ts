import type { Step } from "../terminal/reporter.ts";
import { createChangeSet, executeChangeSet, type StackRequest } from "./change-set.ts";
import type { Cloud } from "./cloud.ts";
import { requireStack, type Stack } from "./describe.ts";
import { followEvents, latestEventId } from "./events.ts";
import { stackFailure } from "./first-cause.ts";
import { hasSucceeded } from "./stack-status.ts";

/**
 * Creates or updates a stack and shows its events under `step`. Resolves with the stack as it is
 * then, and whether anything was changed. Throws a DslError with the first cause when it fails;
 * CloudFormation has then rolled an update back to what was deployed before.
 */
export async function deployStack(
  cloud: Cloud,
  kind: "create" | "update",
  request: StackRequest,
  step: Step,
): Promise<{ stack: Stack; changed: boolean }> {
  const before = kind === "update" ? await latestEventId(cloud.client, request.name) : null;
  const changeSet = await createChangeSet(cloud, kind, request);
  if (changeSet !== null) {
    await executeChangeSet(cloud, changeSet);
    const { status, events } = await followEvents(cloud, changeSet.stackId, before, step);
    if (!hasSucceeded(status)) throw stackFailure(kind, request.name, events);
  }
  const stack = await requireStack(cloud.client, changeSet?.stackId ?? request.name);
  return { stack, changed: changeSet !== null };
}
