import { randomUUID } from "node:crypto";
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import type { Step } from "../terminal/reporter.ts";
import type { Cloud } from "./cloud.ts";
import type { Stack } from "./describe.ts";
import { followEvents, latestEventId } from "./events.ts";
import { stackFailure } from "./first-cause.ts";
import { isDeleted } from "./stack-status.ts";

/** Deletes a stack, showing its events under `step`; throws a DslError with the first cause. */
export async function deleteStack(
  cloud: Cloud,
  stack: Stack,
  roleArn: string | null,
  step: Step,
): Promise<void> {
  const before = await latestEventId(cloud.client, stack.id);
  await cloud.client.send(
    new DeleteStackCommand({
      StackName: stack.id,
      RoleARN: roleArn ?? undefined,
      ClientRequestToken: randomUUID(),
    }),
  );
  // By id: a deleted stack is no longer found by its name.
  const { status, events } = await followEvents(cloud, stack.id, before, step);
  if (!isDeleted(status)) throw stackFailure("delete", stack.name, events);
}
