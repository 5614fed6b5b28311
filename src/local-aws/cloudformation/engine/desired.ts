/** How a resource should be: its evaluated properties, checked and in the types of its schema. */
import { propertyProblems } from "../resources/properties.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { isObject } from "../template/expression.ts";
import { UNKNOWN, type Value } from "../template/scope.ts";
import type { Lookup, StackIdentity, StackModel } from "./model.ts";
import type { Tags } from "./records.ts";

export interface Desired {
  /** May contain UNKNOWN while the stack is only being planned. */
  properties: Record<string, Value>;
  /** Without those that CloudFormation itself adds. */
  tags: Tags;
  /** What the schema has against the properties. */
  problems: string[];
}

/** Throws ValidationError when the properties cannot be evaluated. */
export function desiredResource(
  model: StackModel,
  type: ResourceType,
  logicalId: string,
  lookup: Lookup,
  stackTags: Tags,
): Desired {
  const properties = model.properties(logicalId, lookup);
  return {
    properties: normalise(type, properties),
    tags: type.tags === undefined ? {} : { ...stackTags, ...ownTags(properties) },
    problems: propertyProblems(type.properties, properties),
  };
}

/** The tags that CloudFormation puts on everything it makes. */
export function systemTags(stack: Pick<StackIdentity, "id" | "name">, logicalId: string): Tags {
  return {
    "aws:cloudformation:stack-name": stack.name,
    "aws:cloudformation:stack-id": stack.id,
    "aws:cloudformation:logical-id": logicalId,
  };
}

/** Numbers in strings become numbers and the like, so that equal settings are equal values. */
function normalise(type: ResourceType, properties: Value): Record<string, Value> {
  if (typeof properties !== "object" || properties === null || Array.isArray(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const parsed = type.properties.shape[name]?.safeParse(value);
      return [name, parsed?.success ? (parsed.data as Value) : value];
    }),
  );
}

/** Of a `Tags` property in either form. */
function ownTags(properties: Value): Tags {
  const tags = isObject(properties) ? properties.Tags : undefined;
  if (Array.isArray(tags)) {
    return Object.fromEntries(
      tags.filter(isObject).map(({ Key, Value }) => [String(Key), String(Value)]),
    );
  }
  if (!isObject(tags)) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

export function containsUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(containsUnknown);
}
