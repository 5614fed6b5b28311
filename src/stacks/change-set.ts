import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  InvalidChangeSetStatusException,
} from "@aws-sdk/client-cloudformation";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { awsErrorCode } from "../aws/errors.ts";
import type { Cloud } from "./cloud.ts";
import type { Stack } from "./describe.ts";
import { hintFor } from "./failure-hints.ts";
import type { Identity } from "./roles.ts";

/** What a stack shall be. */
export interface StackRequest {
  name: string;
  identity: Identity;
  /** Its description and `tags` say whose the stack is: identity.ts. */
  template: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** A role that CloudFormation shall work as; null: with the caller's permissions. */
  roleArn: string | null;
  /** CloudFormation's express mode: it ends when resources are configured, not when they are ready. */
  express?: boolean;
}

export interface ChangeSet {
  stackName: string;
  /** ARN. */
  id: string;
  stackId: string;
}

/** What a change set fails with when there is nothing to change; CloudFormation has no code for it. */
const NO_CHANGES = /didn't contain changes|No updates are to be performed/;

/**
 * Makes a change set, for a new stack or for `existing` and no other of its name, and waits until
 * CloudFormation has worked it out. null: there is nothing to change (and the change set is
 * deleted). Throws a DslError when CloudFormation refuses it.
 */
export async function createChangeSet(
  cloud: Cloud,
  existing: Stack | null,
  request: StackRequest,
): Promise<ChangeSet | null> {
  const changeSet = await submit(cloud, existing, request);
  if (existing !== null && changeSet.stackId !== existing.id) {
    // It was deleted and made anew, perhaps as the stack of something else.
    await deleteChangeSet(cloud, changeSet);
    throw changedMeanwhile(request.name);
  }
  const failure = await changeSetFailure(cloud, changeSet);
  if (failure === null) return changeSet;
  await deleteChangeSet(cloud, changeSet);
  if (NO_CHANGES.test(failure)) return null;
  const cause = { id: "", resource: "", type: "", status: "", reason: failure, ofStack: true };
  throw new DslError(
    "change_set_failed",
    `CloudFormation refuses to ${existing === null ? "create" : "update"} stack ${request.name}: ${failure.replace(/\.$/, "")}`,
    hintFor(request.name, cause),
  );
}

async function submit(
  cloud: Cloud,
  existing: Stack | null,
  request: StackRequest,
): Promise<ChangeSet> {
  const name = `dsl-${randomUUID()}`;
  try {
    const { Id, StackId } = await cloud.client.send(
      new CreateChangeSetCommand({
        StackName: request.name,
        ChangeSetName: name,
        ChangeSetType: existing === null ? "CREATE" : "UPDATE",
        TemplateBody: request.template,
        Parameters: Object.entries(request.parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })),
        // The function's role has no name of its own, so that this weaker capability is enough.
        Capabilities: ["CAPABILITY_IAM"],
        RoleARN: request.roleArn ?? undefined,
        // Express leaves failures as they are unless it is told not to.
        DeploymentConfig: request.express ? { Mode: "EXPRESS", DisableRollback: false } : undefined,
      }),
    );
    return { stackName: request.name, id: Id ?? "", stackId: StackId ?? "" };
  } catch (error) {
    if (isOvertaken(error)) throw changedMeanwhile(request.name, error);
    if (!(error instanceof AlreadyExistsException)) throw error;
    // The name is random: it is ours, and the answer to a first try got lost.
    const { ChangeSetId, StackId } = await cloud.client.send(
      new DescribeChangeSetCommand({ StackName: request.name, ChangeSetName: name }),
    );
    return { stackName: request.name, id: ChangeSetId ?? "", stackId: StackId ?? "" };
  }
}

/** Starts the change; follow the stack's events to see it through. */
export async function executeChangeSet(cloud: Cloud, changeSet: ChangeSet): Promise<void> {
  const which = { ChangeSetName: changeSet.id, StackName: changeSet.stackId };
  try {
    await cloud.client.send(
      new ExecuteChangeSetCommand({ ...which, ClientRequestToken: randomUUID() }),
    );
  } catch (error) {
    if (isOvertaken(error)) throw changedMeanwhile(changeSet.stackName, error);
    if (!(error instanceof InvalidChangeSetStatusException)) throw error;
    // Nobody else executes ours: either a first try got through whose answer got lost, or the stack
    // was changed by somebody since, which makes change sets obsolete.
    const now = await describeChangeSet(cloud, changeSet);
    if (now.ExecutionStatus?.startsWith("EXECUTE_")) return;
    throw changedMeanwhile(changeSet.stackName, error);
  }
}

function changedMeanwhile(stackName: string, cause?: unknown): DslError {
  return new DslError(
    "stack_changed",
    `Somebody else created, changed or deleted stack ${stackName} meanwhile; this run did not touch it`,
    "the same command again: it waits for the other one and goes on from there",
    { cause },
  );
}

/**
 * What CloudFormation says to a change that comes too late, because somebody else created, changed or
 * deleted the stack first; it has no codes for these.
 */
const OVERTAKEN =
  /already exists and cannot be created again|_IN_PROGRESS state and can ?not be updated|\bdoes not exist/;

function isOvertaken(error: unknown): boolean {
  if (error instanceof ChangeSetNotFoundException) return true;
  return (
    awsErrorCode(error) === "ValidationError" &&
    error instanceof Error &&
    OVERTAKEN.test(error.message)
  );
}

async function describeChangeSet(cloud: Cloud, changeSet: ChangeSet) {
  const { id: ChangeSetName, stackId: StackName } = changeSet;
  try {
    return await cloud.client.send(new DescribeChangeSetCommand({ ChangeSetName, StackName }));
  } catch (error) {
    throw isOvertaken(error) ? changedMeanwhile(changeSet.stackName, error) : error;
  }
}

/** Waits for a change set; null when it is ready, else CloudFormation's reason why it failed. */
async function changeSetFailure(cloud: Cloud, changeSet: ChangeSet): Promise<string | null> {
  for (;;) {
    const { Status, StatusReason } = await describeChangeSet(cloud, changeSet);
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
