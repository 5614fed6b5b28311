/** Property types of resources, and what CloudFormation says when a property breaks its type. */
import { z } from "zod";
import { UNKNOWN, type Value } from "../template/scope.ts";

/** CloudFormation turns numbers and booleans into strings where a string is expected. */
export const text = z.preprocess(
  (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value),
  z.string(),
);

/** Parameters are strings, so a number in a string is a number. */
export function integer(minimum = 0, maximum = Number.MAX_SAFE_INTEGER) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value),
    z.int().min(minimum).max(maximum),
  );
}

export const flag = z.preprocess(
  (value) => (value === "true" || value === "false" ? value === "true" : value),
  z.boolean(),
);

export const oneOf = <const T extends string>(...values: T[]) => z.enum(values);

/** A policy, written as an object or as JSON in a string. */
export const policyDocument = z.preprocess(
  (value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  },
  z.record(z.string(), z.unknown()),
);

export const tagList = z.array(z.strictObject({ Key: text, Value: text }));
export const tagMap = z.record(z.string(), text);

/**
 * What is wrong with evaluated properties, in the words of CloudFormation's schema check; nothing is
 * said about values that are not known yet.
 */
export function propertyProblems(schema: z.ZodType, properties: Value): string[] {
  const result = schema.safeParse(properties);
  if (result.success) return [];
  return result.error.issues.flatMap(({ ...issue }) => {
    const value = valueAt(properties, issue.path);
    return value === UNKNOWN ? [] : describe(issue, value);
  });
}

function describe(issue: z.core.$ZodIssue, value: Value | undefined): string[] {
  const at = pointer(issue.path);
  const parent = pointer(issue.path.slice(0, -1));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `${at}: extraneous key [${key}] is not permitted`);
    case "invalid_type":
      return value === undefined
        ? [`${parent}: required key [${String(issue.path.at(-1))}] not found`]
        : [`${at}: expected type: ${typeName(issue.expected)}, found: ${typeName(kindOf(value))}`];
    case "invalid_value":
      return value === undefined
        ? [`${parent}: required key [${String(issue.path.at(-1))}] not found`]
        : [`${at}: ${String(value)} is not a valid enum value`];
    case "too_small":
      return [`${at}: ${String(value)} is not greater or equal to ${issue.minimum}`];
    case "too_big":
      return [`${at}: ${String(value)} is not less or equal to ${issue.maximum}`];
    default:
      return [`${at}: ${issue.message}`];
  }
}

function pointer(path: PropertyKey[]): string {
  return ["#", ...path.map(String)].join("/");
}

/** The value at a path; UNKNOWN as soon as the path leads through something unknown. */
function valueAt(value: Value, path: PropertyKey[]): Value | undefined {
  let at: Value | undefined = value;
  for (const key of path) {
    if (at === UNKNOWN || at === undefined) return at;
    at = (at as Record<PropertyKey, Value>)[key];
  }
  return at;
}

function kindOf(value: Value): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

function typeName(kind: string): string {
  const names: Record<string, string> = {
    array: "JSONArray",
    object: "JSONObject",
    record: "JSONObject",
    int: "Integer",
    number: "Integer",
  };
  return names[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1);
}
