/** Templates as data: plain JSON in which `{"Ref": …}` and `{"Fn::…": …}` stand for values. */
import { validationError } from "./errors.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The intrinsic functions that evaluate here; any other `Fn::…` is an error. */
export const FUNCTIONS = [
  "Fn::Base64",
  "Fn::GetAtt",
  "Fn::FindInMap",
  "Fn::ImportValue",
  "Fn::Join",
  "Fn::Select",
  "Fn::Split",
  "Fn::Sub",
  "Fn::If",
  "Fn::Equals",
  "Fn::And",
  "Fn::Or",
  "Fn::Not",
] as const;

export interface Call {
  name: "Ref" | "Condition" | (typeof FUNCTIONS)[number];
  argument: Json;
}

/**
 * The function call that an object with one key stands for, if it does. `Condition` is one only
 * where conditions are expected (`{"Condition": "Name"}` inside Fn::And and the like), so the caller
 * asks for it.
 */
export function callOf(value: Json, { condition = false } = {}): Call | undefined {
  if (!isObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  if (name === "Ref" || (condition && name === "Condition")) return { name, argument };
  const known = FUNCTIONS.find((candidate) => candidate === name);
  return known && { name: known, argument };
}

export function unsupportedFunction(name: string): Error {
  return validationError(
    `Template error: Encountered unsupported function: ${name} Supported functions are: [Ref, ${FUNCTIONS.join(", ")}]`,
  );
}

/** The parts of a Fn::Sub text: literal strings, and names in `${…}`. `${!x}` is the text `${x}`. */
export function substitutionParts(text: string): ({ literal: string } | { name: string })[] {
  const parts: ({ literal: string } | { name: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{(!?)([^}]*)\}/g)) {
    parts.push({ literal: text.slice(end, match.index) });
    parts.push(match[1] ? { literal: `\${${match[2]}}` } : { name: (match[2] ?? "").trim() });
    end = match.index + match[0].length;
  }
  parts.push({ literal: text.slice(end) });
  return parts;
}
