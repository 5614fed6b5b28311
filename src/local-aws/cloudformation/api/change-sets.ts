/** What is done with change sets once they have been created. */
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import type { ChangeSetRecord, ResourceChange, StackRecord } from "../engine/records.ts";
import { isUpdatable } from "../engine/status.ts";
import { validationError } from "../template/errors.ts";
import { changeSetName } from "./change-set-name.ts";
import { createChangeSet } from "./create-change-set.ts";
import { describedParameters, describedTags } from "./describe.ts";
import { boolean, type Desk, notUpdatable, operation, page, stackName } from "./operation.ts";
import type { Answer } from "./query-protocol.ts";
import { onFailure } from "./request.ts";

/** CloudFormation takes a while to work a change set out. Whoever does not wait is found out. */
const PREPARATION_MILLISECONDS = 40;

const reference = { ChangeSetName: changeSetName, StackName: stackName.optional() };

const describeChangeSet = operation(
  z.strictObject({
    ...reference,
    NextToken: z.string().optional(),
    IncludePropertyValues: boolean.optional(),
  }),
  (input, desk) => {
    const { stack, changeSet } = find(input, desk);
    const { items, nextToken } = page(
      isPrepared(changeSet) ? changeSet.changes : [],
      input.NextToken,
      ({ logicalId }) => logicalId,
    );
    return {
      ...summary(stack, changeSet),
      Parameters: describedParameters(changeSet.revision),
      Tags: describedTags(changeSet.revision.tags),
      Capabilities: changeSet.capabilities,
      NotificationARNs: [],
      RollbackConfiguration: {},
      OnStackFailure: changeSet.onFailure,
      Changes: items.map(describeChange),
      NextToken: nextToken,
    };
  },
);

const executeChangeSet = operation(
  z.strictObject({
    ...reference,
    ClientRequestToken: z.string().optional(),
    DisableRollback: boolean.optional(),
  }),
  (input, desk) => {
    const { stack, changeSet } = find(input, desk);
    const { Status, ExecutionStatus } = statusOf(changeSet);
    if (ExecutionStatus !== "AVAILABLE") {
      throw new AwsFault(
        "InvalidChangeSetStatus",
        `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${Status}] and execution status of [${ExecutionStatus}]`,
      );
    }
    if (changeSet.type === "UPDATE" && !isUpdatable(stack.status)) throw notUpdatable(stack);
    changeSet.executionStatus = "EXECUTE_IN_PROGRESS";
    stack.changeSets = [changeSet];
    stack.capabilities = changeSet.capabilities;
    stack.roleArn = changeSet.roleArn ?? stack.roleArn;
    stack.onFailure = onFailure(
      input.DisableRollback === undefined ? changeSet.onFailure : undefined,
      undefined,
      input.DisableRollback,
    );
    const request = {
      onFailure: stack.onFailure,
      clientRequestToken: input.ClientRequestToken,
      changeSetId: changeSet.id,
    };
    if (changeSet.type === "CREATE") desk.operations.create(stack, changeSet.revision, request);
    else desk.operations.update(stack, changeSet.revision, request);
    return {};
  },
);

const deleteChangeSet = operation(z.strictObject(reference), (input, desk) => {
  const { stack, changeSet } = find(input, desk, { mayBeGone: true }) ?? {};
  if (stack === undefined || changeSet === undefined) return {};
  if (changeSet.executionStatus === "EXECUTE_IN_PROGRESS") {
    throw new AwsFault(
      "InvalidChangeSetStatus",
      `ChangeSet [${changeSet.id}] cannot be deleted while it is being executed.`,
    );
  }
  stack.changeSets = stack.changeSets.filter(({ id }) => id !== changeSet.id);
  desk.store.save(stack);
  return {};
});

const listChangeSets = operation(
  z.strictObject({ StackName: stackName, NextToken: z.string().optional() }),
  ({ StackName, NextToken }, { store, region }) => {
    const stack = store.find(region, StackName);
    if (stack === undefined) throw validationError(`Stack [${StackName}] does not exist`);
    const { items, nextToken } = page(stack.changeSets, NextToken, ({ id }) => id);
    return {
      Summaries: items.map((changeSet) => summary(stack, changeSet)),
      NextToken: nextToken,
    };
  },
);

interface Found {
  stack: StackRecord;
  changeSet: ChangeSetRecord;
}
type Reference = { ChangeSetName: string; StackName?: string | undefined };

function find(input: Reference, desk: Desk): Found;
function find(input: Reference, desk: Desk, options: { mayBeGone: true }): Found | undefined;
function find(
  { ChangeSetName: name, StackName }: Reference,
  { store, region }: Desk,
  options?: { mayBeGone: true },
): Found | undefined {
  const byArn = name.startsWith("arn:");
  if (!byArn && StackName === undefined) {
    throw validationError(
      "StackName must be specified if ChangeSetName is not specified as an ARN.",
    );
  }
  const stack = byArn
    ? store.all().find(({ changeSets }) => changeSets.some(({ id }) => id === name))
    : store.find(region, StackName ?? "");
  if (stack === undefined && !byArn) throw validationError(`Stack [${StackName}] does not exist`);
  const changeSet = stack?.changeSets.find((one) => one.name === name || one.id === name);
  if (stack !== undefined && changeSet !== undefined) return { stack, changeSet };
  if (options?.mayBeGone) return undefined;
  throw new AwsFault("ChangeSetNotFound", `ChangeSet [${name}] does not exist`, 404);
}

function summary(stack: StackRecord, changeSet: ChangeSetRecord): Answer {
  return {
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    StackId: stack.id,
    StackName: stack.name,
    Description: changeSet.description,
    CreationTime: changeSet.createdAt,
    ...statusOf(changeSet),
    IncludeNestedStacks: false,
  };
}

function isPrepared({ createdAt }: ChangeSetRecord): boolean {
  return Date.now() - Date.parse(createdAt) >= PREPARATION_MILLISECONDS;
}

function statusOf(changeSet: ChangeSetRecord) {
  if (!isPrepared(changeSet)) {
    return { Status: "CREATE_IN_PROGRESS", ExecutionStatus: "UNAVAILABLE" };
  }
  return {
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    ExecutionStatus: changeSet.executionStatus,
  };
}

function describeChange(change: ResourceChange): Answer {
  const scopes = new Set(change.properties.map(({ attribute }) => attribute));
  return {
    Type: "Resource",
    ResourceChange: {
      Action: change.action,
      LogicalResourceId: change.logicalId,
      PhysicalResourceId: change.physicalId,
      ResourceType: change.type,
      Replacement: change.replacement,
      Scope: [...scopes],
      Details: change.properties.map(({ attribute, name, requiresRecreation, known }) => ({
        Target: { Attribute: attribute, Name: name, RequiresRecreation: requiresRecreation },
        Evaluation: known ? "Static" : "Dynamic",
        ChangeSource: known ? "DirectModification" : "ResourceReference",
      })),
    },
  };
}

export const changeSetOperations = {
  CreateChangeSet: createChangeSet,
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSet,
  DeleteChangeSet: deleteChangeSet,
  ListChangeSets: listChangeSets,
};
