/** Intrinsic functions to values. */
import { validationError } from "./errors.ts";
import {
  type Call,
  callOf,
  isObject,
  type Json,
  type JsonObject,
  substitutionParts,
  unsupportedFunction,
} from "./expression.ts";
import { type Scope, UNKNOWN, type Value } from "./scope.ts";

/**
 * The value of an expression; undefined is `AWS::NoValue`, which removes the property or list member
 * it stands in. A text that contains an unknown value is unknown. Throws ValidationError.
 */
export function evaluate(expression: Json, scope: Scope): Value | undefined {
  if (Array.isArray(expression)) {
    return expression
      .map((member) => evaluate(member, scope))
      .filter((member) => member !== undefined);
  }
  if (!isObject(expression)) return expression;
  const call = callOf(expression);
  if (call !== undefined) return FUNCTIONS[call.name](call.argument, scope);
  for (const key of Object.keys(expression)) {
    if (key.startsWith("Fn::")) throw unsupportedFunction(key);
  }
  const entries = Object.entries(expression).flatMap(([key, member]) => {
    const value = evaluate(member, scope);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether a condition of the template's Conditions section holds. */
export function conditionHolds(name: string, scope: Scope, asking: string[] = []): boolean {
  const expression = scope.conditions[name];
  if (expression === undefined) {
    throw validationError(`Template format error: Unresolved condition dependency ${name}`);
  }
  if (asking.includes(name)) {
    throw validationError(
      `Template format error: Circular dependency between conditions: [${asking.join(", ")}]`,
    );
  }
  return holds(expression, scope, [...asking, name]);
}

function holds(expression: Json, scope: Scope, asking: string[]): boolean {
  const call = callOf(expression, { condition: true });
  const members = Array.isArray(call?.argument) ? call.argument : [];
  switch (call?.name) {
    case "Condition":
      return conditionHolds(String(call.argument), scope, asking);
    case "Fn::Equals":
      if (members.length === 2) {
        const [left, right] = members.map((member) => evaluate(member, scope));
        return JSON.stringify(asText(left)) === JSON.stringify(asText(right));
      }
      break;
    case "Fn::Not":
      if (members.length === 1) return !holds(members[0] as Json, scope, asking);
      break;
    case "Fn::And":
    case "Fn::Or":
      if (members.length >= 2 && members.length <= 10) {
        const results = members.map((member) => holds(member, scope, asking));
        return call.name === "Fn::And" ? results.every(Boolean) : results.some(Boolean);
      }
      break;
  }
  throw validationError(
    `Template error: every condition is a well-formed Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition; this is not: ${JSON.stringify(expression)}`,
  );
}

const conditionOnly = (): never => {
  throw validationError(
    "Template error: Fn::Equals, Fn::And, Fn::Or and Fn::Not can only be used in the Conditions section",
  );
};

type Implementation = (argument: Json, scope: Scope) => Value | undefined;

const FUNCTIONS: Record<Call["name"], Implementation> = {
  Ref: (argument, scope) => {
    if (typeof argument !== "string") {
      throw validationError("Template error: every Ref object must have a single String value.");
    }
    return argument === "AWS::NoValue" ? undefined : reference(argument, scope);
  },
  "Fn::GetAtt": (argument, scope) => {
    const [name, ...path] = typeof argument === "string" ? argument.split(".") : list(argument);
    if (typeof name !== "string" || path.length === 0) {
      throw validationError(
        "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
      );
    }
    return attribute(name, path.map((part) => text(part, scope)).join("."), scope);
  },
  "Fn::Sub": (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof template !== "string" || !isObject(variables)) {
      throw validationError(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      );
    }
    return joined(
      substitutionParts(template).map((part) => {
        if ("literal" in part) return part.literal;
        const variable = variables[part.name];
        if (variable !== undefined) return evaluate(variable, scope);
        const [name = "", ...path] = part.name.split(".");
        return path.length === 0 ? reference(name, scope) : attribute(name, path.join("."), scope);
      }),
      "",
    );
  },
  "Fn::Join": (argument, scope) => {
    const [delimiter, members] = list(argument);
    const values = evaluate(members ?? null, scope);
    if (values === UNKNOWN) return UNKNOWN;
    if (typeof delimiter !== "string" || !Array.isArray(values)) {
      throw validationError(
        "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
      );
    }
    return joined(values, delimiter);
  },
  "Fn::Select": (argument, scope) => {
    const [position, members] = list(argument);
    const index = Number(evaluate(position ?? null, scope));
    const values = evaluate(members ?? null, scope);
    if (values === UNKNOWN) return UNKNOWN;
    if (!Array.isArray(values) || !Number.isInteger(index)) {
      throw validationError(
        "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
      );
    }
    const value = values[index];
    if (value === undefined) {
      throw validationError(
        `Template error: Fn::Select cannot select nonexistent value at index ${index}`,
      );
    }
    return value;
  },
  "Fn::Split": (argument, scope) => {
    const [delimiter, source] = list(argument);
    const value = evaluate(source ?? null, scope);
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof delimiter !== "string" || typeof value !== "string") {
      throw validationError(
        "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.",
      );
    }
    return value.split(delimiter);
  },
  "Fn::If": (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list(argument);
    if (typeof condition !== "string" || whenTrue === undefined || whenFalse === undefined) {
      throw validationError(
        "Template error: Fn::If requires a list argument with three elements, the first of which is the name of a condition",
      );
    }
    return evaluate(conditionHolds(condition, scope) ? whenTrue : whenFalse, scope);
  },
  "Fn::FindInMap": (argument, scope) => {
    const keys = list(argument).map((key) => text(key, scope));
    const [map = "", first = "", second = ""] = keys;
    const value = keys.length === 3 ? lookUp(scope.mappings, [map, first, second]) : undefined;
    if (value === undefined) {
      throw validationError(
        `Template error: Unable to get mapping for ${map}::${first}::${second}`,
      );
    }
    return value;
  },
  "Fn::ImportValue": (argument, scope) => {
    const name = text(argument, scope);
    const value = scope.importValue(name);
    if (value === undefined) {
      throw validationError(`No export named ${name} found.`);
    }
    return value;
  },
  "Fn::Base64": (argument, scope) => {
    const value = evaluate(argument, scope);
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== "string") {
      throw validationError(
        "Template error: every Fn::Base64 object must have a String-typed value.",
      );
    }
    return Buffer.from(value).toString("base64");
  },
  Condition: conditionOnly,
  "Fn::Equals": conditionOnly,
  "Fn::And": conditionOnly,
  "Fn::Or": conditionOnly,
  "Fn::Not": conditionOnly,
};

function reference(name: string, scope: Scope): Value {
  const value = scope.pseudoParameters[name] ?? scope.parameters[name] ?? scope.resource(name)?.ref;
  if (value === undefined) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    );
  }
  return value;
}

function attribute(name: string, path: string, scope: Scope): Value {
  const resource = scope.resource(name);
  if (resource === undefined) {
    throw validationError(
      `Template error: instance of Fn::GetAtt references undefined resource ${name}`,
    );
  }
  const value = resource.attribute(path);
  if (value === undefined) {
    throw validationError(
      `Template error: resource ${name} does not support attribute type ${path} in Fn::GetAtt`,
    );
  }
  return value;
}

function list(argument: Json): Json[] {
  return Array.isArray(argument) ? argument : [];
}

/** A text that has to be known before anything is deployed: a mapping's key, an export's name. */
function text(expression: Json, scope: Scope): string {
  const value = evaluate(expression, scope);
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw validationError(`Template error: expected a string, found ${JSON.stringify(expression)}`);
}

function joined(parts: (Value | undefined)[], delimiter: string): Value {
  if (parts.includes(UNKNOWN)) return UNKNOWN;
  return parts
    .filter((part) => part !== undefined)
    .map((part) => {
      if (typeof part === "object") {
        throw validationError(
          `Template error: expected a string to join, found ${JSON.stringify(part)}`,
        );
      }
      return String(part);
    })
    .join(delimiter);
}

/** Numbers and booleans compare as the strings that CloudFormation makes of them. */
function asText(value: Value | undefined): Value | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function lookUp(from: JsonObject, keys: string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    from,
  );
}
