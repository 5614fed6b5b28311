/** Brings stacks that cannot be updated as they are into a state in which something can be done. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ContinueUpdateRollbackCommand } from "@aws-sdk/client-cloudformation";
import type { Step } from "../terminal/reporter.ts";
import type { Cloud } from "./cloud.ts";
import { describeStack, type Stack } from "./describe.ts";
import { followEvents, latestEventId } from "./events.ts";
import { stackFailure } from "./first-cause.ts";
import { isInProgress, isRolledBack } from "./stack-status.ts";

/**
 * Waits until an operation that someone else started has ended. Resolves with the stack as it is
 * then; null when it is gone.
 */
export async function waitForStack(cloud: Cloud, stack: Stack): Promise<Stack | null> {
  let current: Stack | null = stack;
  while (current !== null && isInProgress(current.status)) {
    await sleep(cloud.pollMilliseconds);
    current = await describeStack(cloud.client, stack.id);
  }
  return current;
}

/** From UPDATE_ROLLBACK_FAILED to UPDATE_ROLLBACK_COMPLETE; throws a DslError with the first cause. */
export async function continueRollback(
  cloud: Cloud,
  stack: Stack,
  roleArn: string | null,
  step: Step,
): Promise<void> {
  const before = await latestEventId(cloud.client, stack.id);
  await cloud.client.send(
    new ContinueUpdateRollbackCommand({
      StackName: stack.id,
      RoleARN: roleArn ?? undefined,
      ClientRequestToken: randomUUID(),
    }),
  );
  const { status, events } = await followEvents(cloud, stack.id, before, step);
  if (!isRolledBack(status)) throw stackFailure("roll back", stack.name, events);
}
