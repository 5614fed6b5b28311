import { DslError } from "../../runtime/core/dsl-error.ts";
import { type Identity, ROLES, STACK_KINDS } from "./roles.ts";

/** CloudFormation: up to 128 letters, digits and hyphens, starting with a letter (CreateStack, StackName). */
const MAX_LENGTH = 128 - Math.max(...ROLES.map((role) => STACK_KINDS[role].suffix.length));

/** The name of the CloudFormation stack that a site has, or would have, for a role. */
export function stackName({ site, role }: Identity): string {
  return `${site}${STACK_KINDS[role].suffix}`;
}

/**
 * Throws a DslError that says what is wrong with the name. Lambda's function names are not limited by
 * this: CloudFormation shortens the names it makes itself.
 */
export function checkSiteName(name: string): void {
  const problem = problemWith(name);
  if (problem !== null) {
    throw new DslError(
      "invalid_stack_name",
      `"${name}" cannot be a stack name: ${problem}`,
      suggestion(name),
      { exitCode: 2 },
    );
  }
}

function problemWith(name: string): string | null {
  if (name === "") return "it is empty";
  if (!/^[A-Za-z]/.test(name)) return "it must start with a letter (A to Z)";
  const wrong = /[^A-Za-z0-9-]/u.exec(name)?.[0];
  if (wrong !== undefined) return `"${wrong}" is neither a letter (A to Z), a digit nor a hyphen`;
  if (name.length > MAX_LENGTH) {
    return `it has ${name.length} characters, and ${MAX_LENGTH} is the limit`;
  }
  return null;
}

function suggestion(name: string): string {
  const usable = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "")
    .slice(0, MAX_LENGTH);
  return usable === "" ? "a name such as northwind" : `a name such as ${usable}`;
}
