/** Creating and updating the resources of a stack, and going back when that fails. */
import { isDeepStrictEqual } from "node:util";
import { resourceType } from "../resources/registry.ts";
import { desiredResource } from "./desired.ts";
import { runInOrder } from "./in-order.ts";
import type { Lookup, StackModel } from "./model.ts";
import { valuesOf } from "./plan.ts";
import type { ResourceRecord, StackOperation, StackRecord } from "./records.ts";
import type { ResourceSteps } from "./steps.ts";

/**
 * Makes the resources what the model says, in its order. Resources that are already so are left
 * alone, so it can be done again after an interruption. Returns the logical ids that failed.
 */
export function deployResources(
  steps: ResourceSteps,
  stack: StackRecord,
  operation: StackOperation,
  model: StackModel,
  stop: AbortSignal,
): Promise<string[]> {
  const lookup = lookupIn(stack, model);
  return runInOrder(
    model.order,
    (logicalId) => model.dependencies(logicalId),
    async (logicalId, failing) => {
      const definition = model.resource(logicalId);
      const record = stack.resources[logicalId];
      const desired = desiredResource(
        model,
        resourceType(definition.type),
        logicalId,
        lookup,
        stack.revision?.tags ?? {},
      );
      const signals = { failing, stop };
      const dependsOn = model.dependencies(logicalId);
      return record?.physicalId === undefined
        ? steps.create(stack, definition, desired, logicalId, dependsOn, signals)
        : steps.update(stack, record, definition, desired, dependsOn, operation.obsolete, signals);
    },
  );
}

/** The resources that the model no longer has become obsolete. */
export function setAsideRemoved(
  stack: StackRecord,
  operation: StackOperation,
  model: StackModel,
): void {
  for (const record of Object.values(stack.resources)) {
    if (model.order.includes(record.logicalId)) continue;
    delete stack.resources[record.logicalId];
    operation.obsolete.push({ record, retain: record.deletionPolicy !== "Delete" });
  }
}

/**
 * Gives every resource its earlier settings again; those that the update made become obsolete.
 * Can be done again after an interruption or a failure. Returns the logical ids that failed.
 */
export function restoreResources(
  steps: ResourceSteps,
  stack: StackRecord,
  operation: StackOperation,
  earlier: Record<string, ResourceRecord>,
  stop: AbortSignal,
): Promise<string[]> {
  for (const record of Object.values(stack.resources)) {
    const before = earlier[record.logicalId];
    if (before !== undefined && before.physicalId === record.physicalId) continue;
    operation.obsolete.push({ record, retain: false });
    if (before === undefined) delete stack.resources[record.logicalId];
    else stack.resources[record.logicalId] = structuredClone(before);
  }
  return runInOrder(
    Object.keys(earlier),
    (logicalId) => earlier[logicalId]?.dependsOn ?? [],
    async (logicalId, failing) => {
      const record = stack.resources[logicalId];
      const before = earlier[logicalId];
      if (record === undefined || before?.physicalId === undefined) return true;
      const untouched =
        record.status.endsWith("_COMPLETE") &&
        isDeepStrictEqual(record.properties, before.properties) &&
        isDeepStrictEqual(record.tags, before.tags);
      if (untouched) return true;
      if (operation.skip.includes(logicalId)) {
        stack.resources[logicalId] = { ...structuredClone(before), status: "UPDATE_COMPLETE" };
        return true;
      }
      return steps.restore(stack, record, before, { failing, stop });
    },
  );
}

/** What the stack's resources give to each other while they are being deployed. */
export function lookupIn(stack: StackRecord, model: StackModel): Lookup {
  return (logicalId) => {
    const record = stack.resources[logicalId];
    return record === undefined || !model.order.includes(logicalId) ? undefined : valuesOf(record);
  };
}
