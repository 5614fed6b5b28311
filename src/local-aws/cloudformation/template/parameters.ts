/** Template parameters: definitions, and the values that a request gives them. */
import { z } from "zod";
import { validationError } from "./errors.ts";
import type { JsonObject } from "./expression.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const number = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/)]).transform(Number);

const definitionSchema = z.strictObject({
  Type: z.string(),
  Description: z.string().optional(),
  Default: scalar.optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: number.optional(),
  MaxLength: number.optional(),
  MinValue: number.optional(),
  MaxValue: number.optional(),
  NoEcho: scalar.transform((value) => value === "true").optional(),
});

export type ParameterDefinition = z.output<typeof definitionSchema>;

/** A value in a request: given, or the one that the stack has. */
export interface ParameterInput {
  ParameterKey: string;
  ParameterValue?: string | undefined;
  UsePreviousValue?: boolean | undefined;
}

/** Raw values, lists still joined by commas, as the API shows them. */
export type ParameterValues = Record<string, string>;

const TYPES = ["String", "Number", "CommaDelimitedList", "List<Number>"];

export function parseParameterDefinition(
  name: string,
  definition: JsonObject,
): ParameterDefinition {
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue?.code === "unrecognized_keys") {
      throw validationError(`Invalid template parameter property '${issue.keys[0]}'`);
    }
    const where = issue?.path.join("/");
    throw validationError(
      `Template format error: [/Parameters/${name}/${where}] ${issue?.message ?? "is not valid"}`,
    );
  }
  if (!TYPES.includes(parsed.data.Type)) {
    throw validationError(
      `Template format error: Unrecognized parameter type: ${parsed.data.Type}. Supported: ${TYPES.join(", ")}.`,
    );
  }
  return parsed.data;
}

/**
 * The value of every parameter: given, previous, or default. Throws ValidationError for parameters
 * without a value, values without a parameter, and values that break a constraint.
 */
export function resolveParameters(
  definitions: Map<string, ParameterDefinition>,
  inputs: ParameterInput[],
  previous: ParameterValues | undefined,
): ParameterValues {
  const undeclared = inputs
    .map(({ ParameterKey }) => ParameterKey)
    .filter((key) => !definitions.has(key));
  if (undeclared.length > 0) {
    throw validationError(`Parameters: [${undeclared.join(", ")}] do not exist in the template`);
  }
  const values: ParameterValues = {};
  const missing: string[] = [];
  for (const [name, definition] of definitions) {
    const input = inputs.findLast(({ ParameterKey }) => ParameterKey === name);
    const value = input === undefined ? definition.Default : inputValue(input, previous);
    if (value === undefined) missing.push(name);
    else {
      requireConstraints(name, definition, value);
      values[name] = value;
    }
  }
  if (missing.length > 0) {
    throw validationError(`Parameters: [${missing.join(", ")}] must have values`);
  }
  return values;
}

function inputValue(input: ParameterInput, previous: ParameterValues | undefined) {
  const { ParameterKey: key, ParameterValue: value, UsePreviousValue: usePrevious } = input;
  if (!usePrevious) return value ?? "";
  if (value) {
    throw validationError(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
    );
  }
  const kept = previous?.[key];
  if (kept === undefined) {
    throw validationError(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
    );
  }
  return kept;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
function requireConstraints(name: string, definition: ParameterDefinition, value: string): void {
  const members = definition.Type.includes("List") ? splitList(value) : [value];
  for (const member of members) {
    const complaint = broken(definition, member);
    if (complaint === undefined) continue;
    throw validationError(
      definition.ConstraintDescription === undefined
        ? `Parameter '${name}' ${complaint}`
        : `Parameter ${name} failed to satisfy constraint: ${definition.ConstraintDescription}`,
    );
  }
}

/** What is wrong with a value, in CloudFormation's words. */
function broken(definition: ParameterDefinition, value: string): string | undefined {
  const { Type, AllowedValues, AllowedPattern } = definition;
  const { MinLength, MaxLength, MinValue, MaxValue } = definition;
  if (AllowedValues !== undefined && !AllowedValues.includes(value)) {
    return "must be one of AllowedValues";
  }
  if (Type.includes("Number")) {
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(value)) return "must be a number";
    if (MinValue !== undefined && Number(value) < MinValue) {
      return `must be a number not less than ${MinValue}`;
    }
    if (MaxValue !== undefined && Number(value) > MaxValue) {
      return `must be a number not greater than ${MaxValue}`;
    }
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    return `must match pattern ${AllowedPattern}`;
  }
  if (MinLength !== undefined && value.length < MinLength) {
    return `must contain at least ${MinLength} characters`;
  }
  if (MaxLength !== undefined && value.length > MaxLength) {
    return `must contain at most ${MaxLength} characters`;
  }
  return undefined;
}

/** What a Ref to the parameter gives. */
export function parameterValue(definition: ParameterDefinition, value: string): string | string[] {
  return definition.Type.includes("List") ? splitList(value) : value;
}

function splitList(value: string): string[] {
  return value.split(",").map((member) => member.trim());
}
