/** What a change set says: how a revision differs from the resources that exist. Pure. */
import { isDeepStrictEqual } from "node:util";
import { resourceType } from "../resources/registry.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { validationError } from "../template/errors.ts";
import { UNKNOWN } from "../template/scope.ts";
import { containsUnknown, type Desired, desiredResource } from "./desired.ts";
import type { Lookup, StackModel } from "./model.ts";
import type { PropertyChange, ResourceChange, ResourceRecord, Tags } from "./records.ts";

export interface Plan {
  changes: ResourceChange[];
  /** Properties that their schemas do not allow, as CloudFormation words it; empty when all is well. */
  problems: string[];
  /** What the caller has to acknowledge. */
  capabilities: Set<"CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM">;
}

/** Throws ValidationError when the template cannot be evaluated. */
export function planChanges(
  model: StackModel,
  existing: Record<string, ResourceRecord>,
  tags: Tags,
): Plan {
  requireSameTypes(model, existing);
  const plan: Plan = { changes: [], problems: [], capabilities: new Set() };
  const renewed = new Set<string>();
  const lookup: Lookup = (logicalId) => {
    if (!model.order.includes(logicalId)) return undefined;
    const record = existing[logicalId];
    return record?.physicalId === undefined || renewed.has(logicalId)
      ? { ref: UNKNOWN, attribute: () => UNKNOWN }
      : valuesOf(record);
  };
  for (const logicalId of model.order) {
    const type = resourceType(model.resource(logicalId).type);
    const desired = desiredResource(model, type, logicalId, lookup, tags);
    const capability = type.capability?.(desired.properties);
    if (capability !== undefined) plan.capabilities.add(capability);
    if (desired.problems.length > 0) plan.problems.push(problemText(logicalId, desired.problems));
    const record = existing[logicalId];
    if (record?.physicalId === undefined) {
      plan.changes.push({ action: "Add", logicalId, type: type.name, properties: [] });
      continue;
    }
    const properties = propertyChanges(type, desired, record);
    if (properties.length === 0) continue;
    const replacement = replacementOf(properties);
    if (replacement !== "False") renewed.add(logicalId);
    const { physicalId } = record;
    plan.changes.push({
      action: "Modify",
      logicalId,
      physicalId,
      type: type.name,
      replacement,
      properties,
    });
  }
  for (const { logicalId, physicalId, type } of Object.values(existing)) {
    if (model.order.includes(logicalId) || physicalId === undefined) continue;
    plan.changes.push({ action: "Remove", logicalId, physicalId, type, properties: [] });
  }
  return plan;
}

function requireSameTypes(model: StackModel, existing: Record<string, ResourceRecord>): void {
  const changed = model.order.filter((logicalId) => {
    const type = existing[logicalId]?.type;
    return type !== undefined && type !== model.resource(logicalId).type;
  });
  if (changed.length === 0) return;
  throw validationError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(", ")}]`,
  );
}

/** What Ref and Fn::GetAtt give for a resource that exists. */
export function valuesOf(record: ResourceRecord): ReturnType<Lookup> {
  return {
    ref: record.physicalId ?? UNKNOWN,
    attribute: (name) => record.attributes[name],
  };
}

/** How a resource that exists differs from what is desired; nothing when it does not. */
export function propertyChanges(
  type: ResourceType,
  desired: Desired,
  record: ResourceRecord,
): PropertyChange[] {
  const names = new Set([...Object.keys(record.properties), ...Object.keys(desired.properties)]);
  names.delete("Tags");
  const changes: PropertyChange[] = [...names]
    .filter((name) => !isDeepStrictEqual(desired.properties[name], record.properties[name]))
    .map((name) => ({
      attribute: "Properties",
      name,
      requiresRecreation: type.replacing.includes(name) ? "Always" : "Never",
      known: !containsUnknown(desired.properties[name]),
    }));
  if (!isDeepStrictEqual(desired.tags, record.tags)) {
    changes.push({ attribute: "Tags", requiresRecreation: "Never", known: true });
  }
  return changes;
}

/** Whether the changes need a new resource; not certain as long as a new value is not known. */
export function replacementOf(changes: PropertyChange[]): "True" | "False" | "Conditional" {
  const replacing = changes.filter(({ requiresRecreation }) => requiresRecreation === "Always");
  if (replacing.length === 0) return "False";
  return replacing.some(({ known }) => known) ? "True" : "Conditional";
}

export function problemText(logicalId: string, problems: string[]): string {
  return `Properties validation failed for resource ${logicalId} with message:\n[${problems.join(", ")}]`;
}
