import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsFault } from "../../service.ts";
import type { ChangeSetRecord, ResourceChange, StackRecord } from "../engine/records.ts";
import { isUpdatable } from "../engine/status.ts";
import type { Answer } from "../query-protocol.ts";
import { validationError } from "../template/errors.ts";
import { describedParameters, describedTags } from "./describe.ts";
import { boolean, type Desk, operation, page, stackName } from "./operation.ts";
import {
  checkedPlan,
  deploymentConfig,
  onFailure,
  outputsDiffer,
  requestedRevision,
  revisionInput,
} from "./request.ts";
import { templateText } from "./template-source.ts";

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const changeSetName = z
  .string()
  .regex(
    /^([a-zA-Z][-a-zA-Z0-9]{0,127}|arn:[-a-zA-Z0-9:/]*)$/,
    "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*",
  );

const createChangeSet = operation(
  z.strictObject({
    ...revisionInput,
    StackName: stackName,
    ChangeSetName: changeSetName,
    ChangeSetType: z.enum(["CREATE", "UPDATE"]).default("UPDATE"),
    ClientToken: z.string().optional(),
    Description: z.string().optional(),
    IncludeNestedStacks: z.literal("false").optional(),
    OnStackFailure: z.enum(["ROLLBACK", "DELETE", "DO_NOTHING"]).optional(),
    DeploymentConfig: deploymentConfig,
  }),
  async (input, desk) => {
    const known = desk.store.find(desk.region, input.StackName);
    const template = await templateText(input, known, desk);
    const existing = desk.store.find(desk.region, input.StackName);
    const stack = stackFor(input.StackName, input.ChangeSetType, existing, desk);
    if (stack.changeSets.some(({ name }) => name === input.ChangeSetName)) {
      throw new AwsFault(
        "AlreadyExistsException",
        `ChangeSet ${input.ChangeSetName} already exists`,
      );
    }
    const revision = requestedRevision(template, input, existing);
    const { plan, model } = checkedPlan(stack, revision, input.Capabilities, desk);
    const changeSet: ChangeSetRecord = {
      id: `arn:aws:cloudformation:${desk.region}:${desk.context.accountId}:changeSet/${input.ChangeSetName}/${randomUUID()}`,
      name: input.ChangeSetName,
      type: input.ChangeSetType,
      status: "CREATE_IN_PROGRESS",
      executionStatus: "UNAVAILABLE",
      createdAt: new Date().toISOString(),
      description: input.Description,
      revision,
      capabilities: input.Capabilities,
      roleArn: input.RoleARN,
      onFailure: onFailure(input.OnStackFailure, input.DeploymentConfig, undefined),
      changes: plan.changes,
    };
    if (plan.problems.length > 0) {
      Object.assign(changeSet, { status: "FAILED", statusReason: plan.problems.join("\n") });
    } else if (
      input.ChangeSetType === "UPDATE" &&
      plan.changes.length === 0 &&
      !outputsDiffer(stack, model)
    ) {
      Object.assign(changeSet, { status: "FAILED", statusReason: NO_CHANGES });
    } else {
      Object.assign(changeSet, { status: "CREATE_COMPLETE", executionStatus: "AVAILABLE" });
    }
    stack.changeSets.push(changeSet);
    if (existing === undefined) desk.store.setStatus(stack, "REVIEW_IN_PROGRESS", "User Initiated");
    else desk.store.save(stack);
    return { Id: changeSet.id, StackId: stack.id };
  },
);

/** The stack that a change set is for; a new one for `CREATE`. Throws ValidationError. */
function stackFor(
  name: string,
  type: "CREATE" | "UPDATE",
  existing: StackRecord | undefined,
  { store, region }: Desk,
): StackRecord {
  if (type === "CREATE") {
    if (existing !== undefined && existing.status !== "REVIEW_IN_PROGRESS") {
      throw validationError(
        `Stack [${name}] already exists and cannot be created again with the changeSet.`,
      );
    }
    return existing ?? store.create(region, name, "REVIEW_IN_PROGRESS");
  }
  if (existing === undefined) throw validationError(`Stack [${name}] does not exist`);
  if (!isUpdatable(existing.status)) throw notUpdatable(existing);
  return existing;
}

export function notUpdatable({ id, status }: StackRecord): Error {
  return validationError(`Stack:${id} is in ${status} state and can not be updated.`);
}

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
      changeSet.changes,
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
    if (changeSet.executionStatus !== "AVAILABLE") {
      throw new AwsFault(
        "InvalidChangeSetStatus",
        `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.executionStatus}]`,
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
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    IncludeNestedStacks: false,
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
