import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeSetNotFoundException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
} from "@aws-sdk/client-cloudformation";
import { DslError } from "../errors.ts";
import type { Cloud } from "./cloud.ts";
import { hintFor } from "./failure-hints.ts";

/** What a stack shall be. */
export interface StackRequest {
  name: string;
  template: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** A role that CloudFormation shall work as; null: with the caller's permissions. */
  roleArn: string | null;
}

export interface ChangeSet {
  /** ARN. */
  id: string;
  stackId: string;
}

/** What a change set fails with when there is nothing to change; CloudFormation has no code for it. */
const NO_CHANGES = /didn't contain changes|No updates are to be performed/;

/**
 * Makes a change set and waits until CloudFormation has worked it out. null: there is nothing to
 * change (and the change set is deleted). Throws a DslError when CloudFormation refuses it.
 */
export async function createChangeSet(
  cloud: Cloud,
  kind: "create" | "update",
  request: StackRequest,
): Promise<ChangeSet | null> {
  const answer = await cloud.client.send(
    new CreateChangeSetCommand({
      StackName: request.name,
      ChangeSetName: `dsl-${Date.now()}`,
      ChangeSetType: kind === "create" ? "CREATE" : "UPDATE",
      TemplateBody: request.template,
      Parameters: Object.entries(request.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })),
      // The function's role has no name of its own, so that this weaker capability is enough.
      Capabilities: ["CAPABILITY_IAM"],
      RoleARN: request.roleArn ?? undefined,
      // With a token, a request whose answer got lost can be sent again.
      ClientToken: randomUUID(),
    }),
  );
  const changeSet = { id: answer.Id ?? "", stackId: answer.StackId ?? "" };
  const failure = await changeSetFailure(cloud, changeSet);
  if (failure === null) return changeSet;
  await deleteChangeSet(cloud, changeSet);
  if (NO_CHANGES.test(failure)) return null;
  const cause = { id: "", resource: "", type: "", status: "", reason: failure, ofStack: true };
  throw new DslError(
    "change_set_failed",
    `CloudFormation refuses to ${kind} stack ${request.name}: ${failure.replace(/\.$/, "")}`,
    hintFor(request.name, cause),
  );
}

/** Starts the change; follow the stack's events to see it through. */
export async function executeChangeSet(cloud: Cloud, changeSet: ChangeSet): Promise<void> {
  await cloud.client.send(
    new ExecuteChangeSetCommand({
      ChangeSetName: changeSet.id,
      StackName: changeSet.stackId,
      ClientRequestToken: randomUUID(),
    }),
  );
}

/** Waits for a change set; null when it is ready, else CloudFormation's reason why it failed. */
async function changeSetFailure(cloud: Cloud, changeSet: ChangeSet): Promise<string | null> {
  for (;;) {
    const { Status, StatusReason } = await cloud.client.send(
      new DescribeChangeSetCommand({ ChangeSetName: changeSet.id, StackName: changeSet.stackId }),
    );
    if (Status === "CREATE_COMPLETE") return null;
    if (Status === "FAILED") return StatusReason ?? "no reason is given";
    await sleep(cloud.pollMilliseconds);
  }
}

async function deleteChangeSet(cloud: Cloud, changeSet: ChangeSet): Promise<void> {
  try {
    await cloud.client.send(
      new DeleteChangeSetCommand({ ChangeSetName: changeSet.id, StackName: changeSet.stackId }),
    );
  } catch (error) {
    if (!(error instanceof ChangeSetNotFoundException)) throw error;
  }
}
