/** CreateChangeSet. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import type { StackModel } from "../engine/model.ts";
import type { Plan } from "../engine/plan.ts";
import type { ChangeSetRecord, StackRecord } from "../engine/records.ts";
import { isUpdatable } from "../engine/status.ts";
import { validationError } from "../template/errors.ts";
import { changeSetName } from "./change-set-name.ts";
import { type Desk, notUpdatable, operation, stackName } from "./operation.ts";
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

export const createChangeSet = operation(
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
    const refusal = refusalOf(input.ChangeSetType, plan, stack, model);
    const changeSet: ChangeSetRecord = {
      id: `arn:aws:cloudformation:${desk.region}:${desk.context.accountId}:changeSet/${input.ChangeSetName}/${randomUUID()}`,
      name: input.ChangeSetName,
      type: input.ChangeSetType,
      status: refusal === undefined ? "CREATE_COMPLETE" : "FAILED",
      statusReason: refusal,
      executionStatus: refusal === undefined ? "AVAILABLE" : "UNAVAILABLE",
      createdAt: new Date().toISOString(),
      description: input.Description,
      revision,
      capabilities: input.Capabilities,
      roleArn: input.RoleARN,
      onFailure: onFailure(input.OnStackFailure, input.DeploymentConfig, undefined),
      changes: plan.changes,
    };
    stack.changeSets.push(changeSet);
    if (existing === undefined) desk.store.setStatus(stack, "REVIEW_IN_PROGRESS", "User Initiated");
    else desk.store.save(stack);
    return { Id: changeSet.id, StackId: stack.id };
  },
);

/** Why a change set fails, if it does. */
function refusalOf(
  type: "CREATE" | "UPDATE",
  { problems, changes }: Plan,
  stack: StackRecord,
  model: StackModel,
): string | undefined {
  if (problems.length > 0) return problems.join("\n");
  const unchanged = type === "UPDATE" && changes.length === 0 && !outputsDiffer(stack, model);
  return unchanged ? NO_CHANGES : undefined;
}

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
