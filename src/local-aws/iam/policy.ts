/** IAM policy documents: validation, and what they allow. */
import { z } from "zod";
import { AwsFault } from "../common/service.ts";

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === "string" ? [value] : value));

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore,
  Resource: oneOrMore,
  /** The conditions that can be enforced here. */
  Condition: z
    .strictObject({
      StringEquals: z.strictObject({
        "aws:ResourceAccount": oneOrMore.optional(),
        "iam:PassedToService": oneOrMore.optional(),
        "s3:prefix": oneOrMore.optional(),
      }),
    })
    .optional(),
});

const trustSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal("Allow"),
  /** Nobody comes with a token of another issuer here: that such roles are well-formed is all. */
  Principal: z.union([
    z.strictObject({ Service: oneOrMore }),
    z.strictObject({ Federated: oneOrMore }),
  ]),
  Action: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});

function document<S extends z.ZodType>(statement: S) {
  return z.strictObject({
    Version: z.literal("2012-10-17"),
    Id: z.string().optional(),
    Statement: z.union([statement.transform((one) => [one]), z.array(statement).min(1)]),
  });
}

const policySchema = document(statementSchema);
const trustPolicySchema = document(trustSchema);

export type Policy = z.output<typeof policySchema>;
export type TrustPolicy = z.output<typeof trustPolicySchema>;

/**
 * Validates an identity policy. Throws MalformedPolicyDocument, also for parts of the language that
 * could not be enforced here (other conditions, NotAction, NotResource): nothing is ignored.
 */
export function parsePolicy(value: unknown): Policy {
  return parse(policySchema, value);
}

/** Validates a trust policy; services are the only principals that exist here. Throws as above. */
export function parseTrustPolicy(value: unknown): TrustPolicy {
  return parse(trustPolicySchema, value);
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "document";
  throw new AwsFault(
    "MalformedPolicyDocument",
    `Syntax errors in policy, or a part of the language that the local AWS does not enforce. (${where}: ${issue?.message})`,
  );
}

/**
 * True when a statement allows the action on the resource (an ARN, and the account that owns it) and
 * none denies it. `passedTo` is the service that iam:PassRole is for,
 * `prefix` what the keys begin with that s3:ListBucket would list.
 */
export function allows(
  policies: Policy[],
  action: string,
  resource: string,
  resourceAccount: string,
  passedTo?: string,
  prefix?: string,
): boolean {
  const actual: Actual = {
    "aws:ResourceAccount": resourceAccount,
    "iam:PassedToService": passedTo,
    "s3:prefix": prefix,
  };
  const fitting = policies
    .flatMap((policy) => policy.Statement)
    .filter(
      (statement) =>
        statement.Action.some((pattern) => matches(pattern, action, "i")) &&
        statement.Resource.some((pattern) => matches(pattern, resource, "")) &&
        holds(statement.Condition?.StringEquals ?? {}, actual),
    );
  return (
    fitting.some(({ Effect }) => Effect === "Allow") &&
    !fitting.some(({ Effect }) => Effect === "Deny")
  );
}

/** What conditions ask about. */
interface Actual {
  "aws:ResourceAccount": string;
  "iam:PassedToService": string | undefined;
  "s3:prefix": string | undefined;
}

/** Whether each key that the condition names has one of its values. */
function holds(
  wanted: Partial<Record<keyof Actual, string[] | undefined>>,
  actual: Actual,
): boolean {
  return (Object.keys(wanted) as (keyof Actual)[]).every(
    (key) => wanted[key]?.includes(actual[key] ?? "") ?? true,
  );
}

export function letsAssume(trust: TrustPolicy, service: string): boolean {
  return trust.Statement.some(
    ({ Principal, Action }) =>
      "Service" in Principal &&
      Principal.Service.includes(service) &&
      Action.some((pattern) => matches(pattern, "sts:AssumeRole", "i")),
  );
}

/** IAM patterns: `*` is any run of characters, `?` any one. */
export function matches(pattern: string, value: string, flags: "" | "i"): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}
