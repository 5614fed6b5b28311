/** What the properties of resources may be: an excerpt of AWS's schemas that the build makes. */
import { readFile } from "node:fs/promises";
import { nearest } from "../../runtime/core/config/config-error.ts";
import { resourceSchemasFile } from "../paths.ts";

export type ValueType = { required?: true } & (
  | { type: "any" | "boolean" | "number" }
  | { type: "string" | "integer"; among?: readonly (string | number)[] }
  | { type: "list" | "map"; of: ValueType }
  | { type: "object"; properties: Properties }
  | { type: "union"; options: readonly ValueType[] }
);

export type Properties = Readonly<Record<string, ValueType>>;

/** By resource type: `AWS::Lambda::Function`. */
export type ResourceSchemas = Readonly<Record<string, Properties>>;

/** Something that a property cannot be; the path is dotted, `VpcConfig.SubnetIds`. */
export interface Fault {
  path: string;
  problem: string;
  hint: string | null;
}

export async function readResourceSchemas(): Promise<ResourceSchemas> {
  return JSON.parse(await readFile(resourceSchemasFile, "utf8")) as ResourceSchemas;
}

/** The first thing that is wrong with setting the property at `path` to `value`; null: nothing. */
export function faultOf(
  properties: Properties,
  path: readonly string[],
  value: unknown,
): Fault | null {
  return faultBelow({ type: "object", properties }, path, value, "");
}

/** Goes down `rest` from a type to the one that the value is for. */
function faultBelow(
  type: ValueType,
  rest: readonly string[],
  value: unknown,
  above: string,
): Fault | null {
  const [name, ...others] = rest;
  if (name === undefined) return valueFault(type, value, above);
  const path = above === "" ? name : `${above}.${name}`;
  switch (type.type) {
    case "any":
      return null;
    case "map":
      return faultBelow(type.of, others, value, path);
    case "list":
      if (/^\d+$/.test(name)) return faultBelow(type.of, others, value, path);
      return {
        path,
        problem: `${above} is a list, and "${name}" is no position in it`,
        hint: `${above}.0`,
      };
    case "object": {
      const property = type.properties[name];
      return property === undefined
        ? unknownProperty(name, type.properties, path)
        : faultBelow(property, others, value, path);
    }
    case "union":
      return fewest(type.options.map((option) => faultBelow(option, rest, value, above)));
    default:
      return { path, problem: `${above} has no properties of its own`, hint: null };
  }
}

function valueFault(type: ValueType, value: unknown, path: string): Fault | null {
  if (isIntrinsic(value)) return null;
  const expected = (what: string): Fault => ({
    path,
    problem: `it has to be ${what}, not ${JSON.stringify(value)}`,
    hint: null,
  });
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  switch (type.type) {
    case "any":
      return null;
    case "boolean":
      return /^(true|false)$/.test(String(value)) ? null : expected("true or false");
    case "number":
      return isNumber(value) ? null : expected("a number");
    case "integer":
      if (!isNumber(value) || !Number.isInteger(Number(value))) return expected("a whole number");
      return amongFault(type.among, value, expected);
    case "string":
      return isScalar ? amongFault(type.among, value, expected) : expected("a text");
    case "list": {
      if (!Array.isArray(value)) return expected("a list");
      return firstOf(value.map((item, i) => valueFault(type.of, item, `${path}.${i}`)));
    }
    case "map":
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return expected("a mapping");
      }
      const entries = Object.entries(value);
      const faults = entries.map(([name, each]) => faultBelow(type, [name], each, path));
      return (
        firstOf(faults) ?? (type.type === "object" ? missing(type.properties, value, path) : null)
      );
    }
    case "union":
      return fewest(type.options.map((option) => valueFault(option, value, path)));
  }
}

function unknownProperty(name: string, properties: Properties, path: string): Fault {
  const names = Object.keys(properties);
  const near = nearest(name, names);
  const hint = near === null ? `there are: ${names.join(", ")}` : `did you mean ${near}?`;
  return { path, problem: `there is no property ${name}`, hint };
}

function missing(properties: Properties, value: object, path: string): Fault | null {
  const name = Object.keys(properties).find(
    (each) => properties[each]!.required && !(each in value),
  );
  return name === undefined ? null : { path, problem: `it needs ${name}`, hint: null };
}

function amongFault(
  among: readonly (string | number)[] | undefined,
  value: unknown,
  expected: (what: string) => Fault,
): Fault | null {
  if (among === undefined || among.map(String).includes(String(value))) return null;
  return expected(`one of ${among.join(", ")}`);
}

function firstOf(faults: readonly (Fault | null)[]): Fault | null {
  return faults.find((fault) => fault !== null) ?? null;
}

/** Of a union, it is enough that one option fits. */
function fewest(faults: readonly (Fault | null)[]): Fault | null {
  return faults.includes(null) ? null : firstOf(faults);
}

function isNumber(value: unknown): boolean {
  return (
    ["number", "string"].includes(typeof value) && value !== "" && Number.isFinite(Number(value))
  );
}

/** `{"Ref": …}` or `{"Fn::…": …}`: only CloudFormation knows what that gives. */
function isIntrinsic(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^(Ref|Fn::\w+)$/.test(keys[0]!);
}
