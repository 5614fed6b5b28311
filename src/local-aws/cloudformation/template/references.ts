/** What an expression refers to, found without evaluating it. */
import {
  callOf,
  isObject,
  type Json,
  substitutionParts,
  unsupportedFunction,
} from "./expression.ts";

export interface Reference {
  /** A parameter, a pseudo parameter or a resource. */
  name: string;
  /** Of Fn::GetAtt and `${Name.Attribute}`. */
  attribute?: string;
}

/** Every reference in both branches of every Fn::If. Throws ValidationError for unknown functions. */
export function referencesOf(expression: Json): Reference[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesOf);
  if (!isObject(expression)) return [];
  const call = callOf(expression);
  if (call?.name === "Ref") return [{ name: String(call.argument) }];
  if (call?.name === "Fn::GetAtt") return attributeReference(call.argument);
  if (call?.name === "Fn::Sub") return substitutions(call.argument);
  return Object.entries(expression).flatMap(([key, value]) => {
    if (key.startsWith("Fn::") && call === undefined) throw unsupportedFunction(key);
    return referencesOf(value);
  });
}

/** Names of the conditions that Fn::If asks for. */
export function conditionsOf(expression: Json): string[] {
  if (Array.isArray(expression)) return expression.flatMap(conditionsOf);
  if (!isObject(expression)) return [];
  const call = callOf(expression);
  const own = call?.name === "Fn::If" && Array.isArray(call.argument) ? [call.argument[0]] : [];
  return [
    ...own.filter((name) => typeof name === "string"),
    ...Object.values(expression).flatMap(conditionsOf),
  ];
}

function attributeReference(argument: Json): Reference[] {
  const [name, ...path] = typeof argument === "string" ? argument.split(".") : list(argument);
  const nested = path.flatMap((part) => referencesOf(part));
  const plain = path.every((part) => typeof part === "string");
  return [{ name: String(name), ...(plain && { attribute: path.join(".") }) }, ...nested];
}

function substitutions(argument: Json): Reference[] {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const bound = isObject(variables) ? variables : {};
  const free = substitutionParts(String(template)).flatMap((part) => {
    if ("literal" in part || Object.hasOwn(bound, part.name)) return [];
    const [name = "", ...path] = part.name.split(".");
    return [{ name, ...(path.length > 0 && { attribute: path.join(".") }) }];
  });
  return [...free, ...referencesOf(bound)];
}

function list(argument: Json): Json[] {
  return Array.isArray(argument) ? argument : [];
}
