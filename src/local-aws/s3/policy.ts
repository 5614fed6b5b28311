/**
 * Bucket policies: what they deny to everyone. The account's owner may do everything else, and roles
 * what their own policies allow. What would not be enforced is refused when the policy is put.
 */
import { z } from "zod";
import { AwsFault } from "../common/service.ts";

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

const policySchema = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});

type Statement = z.output<typeof statementSchema>;

/** One thing that a request does: `action` such as `s3:GetObject`, `resource` an ARN. */
export interface PolicyRequest {
  action: string;
  resource: string;
}

/**
 * Validates a bucket policy.
 * Throws MalformedPolicy, or NotImplemented when a part of it could not be enforced here.
 */
export function parsePolicy(document: unknown, bucket: string): Statement[] {
  const parsed = policySchema.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AwsFault(
      "MalformedPolicy",
      `Policy of ${bucket}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`,
    );
  }
  for (const statement of parsed.data.Statement) requireSupported(statement, bucket);
  return parsed.data.Statement;
}

/** True when a statement of a (valid) policy denies the request to everyone. */
export function isDenied(document: unknown, bucket: string, request: PolicyRequest): boolean {
  return parsePolicy(document, bucket).some(
    (statement) =>
      conditionHolds(statement) &&
      list(statement.Action).some((pattern) => matches(pattern, request.action, "i")) &&
      list(statement.Resource).some((pattern) => matches(pattern, request.resource, "")),
  );
}

function requireSupported(statement: Statement, bucket: string): void {
  const arn = `arn:aws:s3:::${bucket}`;
  for (const resource of list(statement.Resource)) {
    if (resource !== "*" && resource !== arn && !resource.startsWith(`${arn}/`)) {
      throw new AwsFault("MalformedPolicy", `Policy has invalid resource: ${resource}`);
    }
  }
  for (const [operator, test] of Object.entries(statement.Condition ?? {})) {
    for (const key of Object.keys(test)) {
      if (operator !== "Bool" || key.toLowerCase() !== "aws:securetransport") {
        throw unsupported(`the condition ${operator} ${key}`);
      }
    }
  }
  if (statement.Effect === "Allow") throw unsupported("Allow");
  if (!isEveryone(statement.Principal)) {
    throw unsupported(`the principal ${JSON.stringify(statement.Principal)} (only "*")`);
  }
}

function unsupported(what: string): AwsFault {
  return new AwsFault("NotImplemented", `The local S3 does not support ${what} in a policy.`, 501);
}

function isEveryone(principal: Statement["Principal"]): boolean {
  if (typeof principal === "string") return principal === "*";
  return list(principal.AWS ?? []).includes("*");
}

/** Loopback counts as a secure transport: nothing leaves the machine. */
function conditionHolds(statement: Statement): boolean {
  return Object.values(statement.Condition ?? {})
    .flatMap((test) => Object.values(test))
    .every((wanted) =>
      list(wanted as string | string[])
        .map(String)
        .includes("true"),
    );
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}

/** IAM patterns: `*` is any run of characters, `?` any one. */
function matches(pattern: string, value: string, flags: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}
