/** Operations that change stacks, other than through change sets. */
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import { isDeletable, isUpdatable } from "../engine/status.ts";
import { validationError } from "../template/errors.ts";
import { boolean, existingStack, list, notUpdatable, operation, stackName } from "./operation.ts";
import {
  checkedPlan,
  deploymentConfig,
  onFailure,
  outputsDiffer,
  requestedRevision,
  revisionInput,
} from "./request.ts";
import { templateText } from "./template-source.ts";

const createStack = operation(
  z.strictObject({
    ...revisionInput,
    StackName: stackName,
    ClientRequestToken: z.string().optional(),
    DisableRollback: boolean.optional(),
    OnFailure: z.enum(["ROLLBACK", "DELETE", "DO_NOTHING"]).optional(),
    EnableTerminationProtection: z.literal("false").optional(),
    DeploymentConfig: deploymentConfig,
  }),
  async (input, desk) => {
    const template = await templateText(input, undefined, desk);
    if (desk.store.find(desk.region, input.StackName) !== undefined) {
      throw new AwsFault("AlreadyExistsException", `Stack [${input.StackName}] already exists`);
    }
    const revision = requestedRevision(template, input, undefined);
    const stack = desk.store.create(desk.region, input.StackName, "CREATE_IN_PROGRESS");
    checkedPlan(stack, revision, input.Capabilities, desk);
    stack.capabilities = input.Capabilities;
    stack.roleArn = input.RoleARN;
    stack.onFailure = onFailure(input.OnFailure, input.DeploymentConfig, input.DisableRollback);
    desk.operations.create(stack, revision, {
      onFailure: stack.onFailure,
      clientRequestToken: input.ClientRequestToken,
    });
    return { StackId: stack.id };
  },
);

const updateStack = operation(
  z.strictObject({
    ...revisionInput,
    StackName: stackName,
    ClientRequestToken: z.string().optional(),
    DisableRollback: boolean.optional(),
    DeploymentConfig: deploymentConfig,
  }),
  async (input, desk) => {
    const stack = desk.store.find(desk.region, input.StackName);
    if (stack === undefined) throw validationError(`Stack [${input.StackName}] does not exist`);
    const template = await templateText(input, stack, desk);
    if (!isUpdatable(stack.status)) throw notUpdatable(stack);
    const revision = requestedRevision(template, input, stack);
    const { plan, model } = checkedPlan(stack, revision, input.Capabilities, desk);
    if (plan.changes.length === 0 && !outputsDiffer(stack, model)) {
      throw validationError("No updates are to be performed.");
    }
    stack.capabilities = input.Capabilities;
    stack.roleArn = input.RoleARN ?? stack.roleArn;
    stack.onFailure = onFailure(undefined, input.DeploymentConfig, input.DisableRollback);
    desk.operations.update(stack, revision, {
      onFailure: stack.onFailure,
      clientRequestToken: input.ClientRequestToken,
    });
    return { StackId: stack.id };
  },
);

const deleteStack = operation(
  z.strictObject({
    StackName: stackName,
    RetainResources: list(z.string()),
    RoleARN: z.string().optional(),
    ClientRequestToken: z.string().optional(),
    DeletionMode: z.enum(["STANDARD", "FORCE_DELETE_STACK"]).default("STANDARD"),
  }),
  async (input, desk) => {
    const stack = desk.store.find(desk.region, input.StackName);
    if (stack === undefined) return {};
    if (stack.status === "DELETE_COMPLETE" || stack.status === "DELETE_IN_PROGRESS") return {};
    if (!isDeletable(stack.status)) {
      throw validationError(
        `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`,
      );
    }
    const force = input.DeletionMode === "FORCE_DELETE_STACK";
    if ((input.RetainResources.length > 0 || force) && stack.status !== "DELETE_FAILED") {
      throw validationError(
        `Invalid operation on stack [${stack.id}]. Resources can be retained, and the deletion be forced, only in the DELETE_FAILED state.`,
      );
    }
    const failed = Object.values(stack.resources)
      .filter(({ status }) => status === "DELETE_FAILED")
      .map(({ logicalId }) => logicalId);
    const retained = force ? failed : input.RetainResources;
    const notFailed = retained.find((logicalId) => !failed.includes(logicalId));
    if (notFailed !== undefined) {
      throw validationError(
        `The specified resources to retain must be in a valid state: ${notFailed}`,
      );
    }
    await desk.operations.delete(stack, retained, input.ClientRequestToken);
    return {};
  },
);

const continueUpdateRollback = operation(
  z.strictObject({
    StackName: stackName,
    ResourcesToSkip: list(z.string()),
    RoleARN: z.string().optional(),
    ClientRequestToken: z.string().optional(),
  }),
  (input, desk) => {
    const stack = existingStack(desk, input.StackName);
    if (stack.status !== "UPDATE_ROLLBACK_FAILED") {
      throw validationError(
        `Stack ${stack.id} is in ${stack.status} state and can not continue rollback.`,
      );
    }
    const notFailed = input.ResourcesToSkip.find(
      (logicalId) => stack.resources[logicalId]?.status !== "UPDATE_FAILED",
    );
    if (notFailed !== undefined) {
      throw validationError(
        `The following resource(s) are not in the UPDATE_FAILED state and cannot be skipped: [${notFailed}]`,
      );
    }
    desk.operations.continueRollback(stack, input.ResourcesToSkip);
    return {};
  },
);

const cancelUpdateStack = operation(
  z.strictObject({ StackName: stackName, ClientRequestToken: z.string().optional() }),
  async (input, desk) => {
    const stack = existingStack(desk, input.StackName);
    if (stack.status !== "UPDATE_IN_PROGRESS") {
      throw validationError("CancelUpdateStack cannot be called from current stack status");
    }
    await desk.operations.cancelUpdate(stack);
    return {};
  },
);

export const stackOperations = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  DeleteStack: deleteStack,
  ContinueUpdateRollback: continueUpdateRollback,
  CancelUpdateStack: cancelUpdateStack,
};
