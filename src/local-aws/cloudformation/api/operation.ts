/** What an operation of the CloudFormation API is. */
import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import type { LocalContext } from "../../context/context.ts";
import type { StackRecord, Tags } from "../engine/records.ts";
import type { StackOperations } from "../engine/stack-operations.ts";
import type { StackStore } from "../engine/stack-store.ts";
import { validationError } from "../template/errors.ts";
import type { Answer } from "./query-protocol.ts";

/** What a request is answered with. */
export interface Desk {
  context: LocalContext;
  store: StackStore;
  operations: StackOperations;
  region: string;
}

export interface Operation {
  input: z.ZodObject;
  run(input: Record<string, unknown>, desk: Desk): Answer | Promise<Answer>;
}

/** Gives `run` the type of the input that is declared beside it. */
export function operation<S extends z.ZodObject>(
  input: S,
  run: (input: z.output<S>, desk: Desk) => Answer | Promise<Answer>,
): Operation {
  return { input, run: run as Operation["run"] };
}

export const boolean = z.enum(["true", "false"]).transform((value) => value === "true");

/** A list; an empty one is sent as an empty string. */
export function list<S extends z.ZodType>(member: S) {
  return z
    .union([z.literal("").transform((): z.output<S>[] => []), z.array(member)])
    .optional()
    .transform((members) => members ?? []);
}

export const stackName = z
  .string()
  .regex(
    /^([a-zA-Z][-a-zA-Z0-9]{0,127}|arn:[-a-zA-Z0-9:/._+]*)$/,
    "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
  );

export const tags = list(
  z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }),
);

export function tagRecord(members: { Key: string; Value: string }[]): Tags {
  const keys = members.map(({ Key }) => Key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw validationError(`Duplicate tag keys found: ${twice}`);
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw validationError(
      `aws: prefixed tag key names are not allowed for external use: ${reserved}`,
    );
  }
  return Object.fromEntries(members.map(({ Key, Value }) => [Key, Value]));
}

/** Throws ValidationError. */
export function existingStack({ store, region }: Desk, nameOrId: string): StackRecord {
  const stack = store.find(region, nameOrId);
  if (stack === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`);
  return stack;
}

export function notUpdatable({ id, status }: StackRecord): Error {
  return validationError(`Stack:${id} is in ${status} state and can not be updated.`);
}

/** Input as it came, checked. Throws ValidationError, for parameters that nothing here obeys too. */
export function parseInput(name: string, { input }: Operation, form: unknown) {
  const parsed = input.safeParse(form);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    throw validationError(`The local AWS does not support ${issue.keys.join(", ")} of ${name}.`);
  }
  const at = issue?.path.join(".") ?? "";
  const path = `${at.charAt(0).toLowerCase()}${at.slice(1)}`;
  const value = issue?.path.reduce<unknown>((from, key) => Object(from)[key], form);
  throw validationError(
    value === undefined
      ? `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`
      : `1 validation error detected: Value '${String(value)}' at '${path}' failed to satisfy constraint: ${issue?.message}`,
  );
}

/** The page of items that a token asks for, and the token of the next one. Tokens name an item. */
export function page<T>(
  items: T[],
  token: string | undefined,
  idOf: (item: T) => string,
): { items: T[]; nextToken: string | undefined } {
  const start =
    token === undefined
      ? 0
      : items.findIndex((item) => idOf(item) === Buffer.from(token, "base64url").toString());
  if (start < 0) throw new AwsFault("ValidationError", "NextToken is not valid.");
  const next = items[start + PAGE_SIZE];
  return {
    items: items.slice(start, start + PAGE_SIZE),
    nextToken: next && Buffer.from(idOf(next)).toString("base64url"),
  };
}

/** CloudFormation's pages end at a megabyte, which is some hundred items. */
const PAGE_SIZE = 100;
