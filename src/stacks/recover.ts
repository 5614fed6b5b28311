import { setTimeout as sleep } from "node:timers/promises";
import { ContinueUpdateRollbackCommand } from "@aws-sdk/client-cloudformation";
import { DslError } from "../errors.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Cloud } from "./cloud.ts";
import { deleteStack } from "./delete.ts";
import { describeStack, isOwn, type Stack } from "./describe.ts";
import { eventLine, followEvents, latestEventId } from "./events.ts";
import { stackFailure } from "./first-cause.ts";
import {
  canOnlyBeDeleted,
  isInProgress,
  isRollbackStuck,
  isRolledBack,
  isUpdatable,
} from "./stack-status.ts";

/**
 * Brings a stack into a state that something can be done with, saying so: waits for what is going
 * on, continues a rollback that is stuck, deletes what can only be deleted (after `beforeDelete`,
 * which may empty or refuse). Resolves with the stack to update, or null where one is to be created.
 * Throws a DslError for a stack that dsl did not make.
 */
export async function recoverStack(
  cloud: Cloud,
  name: string,
  roleArn: string | null,
  reporter: Reporter,
  beforeDelete: (stack: Stack) => Promise<void>,
): Promise<Stack | null> {
  for (;;) {
    const stack = await describeStack(cloud.client, name);
    if (stack === null) return null;
    if (!isOwn(stack)) throw notOurs(stack);
    if (isUpdatable(stack.status)) return stack;
    if (isInProgress(stack.status)) await waitForStack(cloud, stack, reporter);
    else if (isRollbackStuck(stack.status)) {
      await continueRollback(cloud, stack, roleArn, reporter);
    } else if (canOnlyBeDeleted(stack.status)) {
      await beforeDelete(stack);
      const step = reporter.step(
        `Stack ${name} is in ${stack.status}: deleting it to create it again`,
      );
      await deleteStack(cloud, stack, roleArn, step);
      step.done();
    } else throw unknownStatus(stack);
  }
}

/** Waits until an operation that someone else started has ended. */
export async function waitForStack(cloud: Cloud, stack: Stack, reporter: Reporter): Promise<void> {
  const step = reporter.step(`Stack ${stack.name} is in ${stack.status}: waiting for it`);
  let current: Stack | null = stack;
  while (current !== null && isInProgress(current.status)) {
    await sleep(cloud.pollMilliseconds);
    current = await describeStack(cloud.client, stack.id);
  }
  step.done(current === null ? "it is deleted" : `it is in ${current.status}`);
}

async function continueRollback(
  cloud: Cloud,
  stack: Stack,
  roleArn: string | null,
  reporter: Reporter,
): Promise<void> {
  const step = reporter.step(`Stack ${stack.name} is in ${stack.status}: continuing the rollback`);
  const before = await latestEventId(cloud.client, stack.id);
  await cloud.client.send(
    new ContinueUpdateRollbackCommand({ StackName: stack.id, RoleARN: roleArn ?? undefined }),
  );
  const events = await followEvents(cloud, stack.id, before, (event) =>
    step.line(eventLine(event)),
  );
  const last = events.findLast((event) => event.ofStack);
  if (!isRolledBack(last?.status ?? "")) throw stackFailure("roll back", stack.name, events);
  step.done();
}

/** For commands that must not touch a stack that only has the same name. */
export function notOurs(stack: Stack): DslError {
  return new DslError(
    "foreign_stack",
    `Stack ${stack.name} exists and was not made by dsl (its description is "${stack.description}")`,
    "choose another stack name",
  );
}

function unknownStatus(stack: Stack): DslError {
  return new DslError(
    "unknown_stack_status",
    `Stack ${stack.name} is in ${stack.status}, which dsl cannot deal with`,
    `finish or delete it in the CloudFormation console, then run the same command again`,
  );
}
