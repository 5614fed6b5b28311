/**
 * Which site a stack belongs to and what it is there for. Every stack says so twice, by tags and in
 * its description, and nothing is done to a stack, or planned for it, before both were read: the
 * stacks of two sites may well have similar names.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Stack } from "./describe.ts";
import { type Identity, ROLES, type Role, STACK_KINDS } from "./roles.ts";
import { isInReview } from "./stack-status.ts";

export const SITE_TAG = "dsl:site";
const ROLE_TAG = "dsl:role";
/** Keys that begin like this are dsl's own. */
export const RESERVED_TAG = /^dsl:/i;

/** The whole descriptions of the first version, whose stacks have no tags. */
const FIRST_VERSION: Record<string, Role> = {
  "dsl: the bucket that holds the published databases": "bucket",
  "dsl: the function and the HTTP API that serve the published databases": "service",
};
const DESCRIPTION = /^dsl: .* \(site (?<site>\S+), role (?<role>\S+)\)$/;

/** The tags that say whose the stack is. */
export function identityTags({ site, role }: Identity): Record<string, string> {
  return { [SITE_TAG]: site, [ROLE_TAG]: role };
}

/** The tags that the user gave. */
export function userTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !RESERVED_TAG.test(key)));
}

/** A template whose description says whose the stack is. */
export function templateFor({ site, role }: Identity, template: string): string {
  const marked = template.replace(
    /^Description: "(.*)"$/m,
    (_, text) => `Description: "${text} (site ${site}, role ${role})"`,
  );
  if (marked === template) throw new Error(`the ${role} template has no description`);
  return marked;
}

/** A template without the mark that `templateFor` makes. */
export function unmarked(template: string): string {
  return template.replace(/^(Description: ".*) \(site \S+, role \S+\)"$/m, '$1"');
}

/** Throws a DslError that says whose the stack is, if it is not this one of this site. */
export function requireIdentity(stack: Stack, wanted: Identity): void {
  const claims = claimsOf(stack);
  if (claims.length === 0) {
    if (isProposalOnly(stack)) return;
    throw new DslError(
      "foreign_stack",
      `Stack ${stack.name} exists and was not made by dsl (its description is "${stack.description}")`,
      "choose another stack name",
    );
  }
  const other = claims.find(({ site, role }) => site !== wanted.site || role !== wanted.role);
  if (other === undefined) return;
  throw new DslError(
    "stack_of_another_site",
    `Stack ${stack.name} is the ${other.role} stack of site ${other.site}, not the ${wanted.role} stack of site ${wanted.site}; nothing was changed`,
    "choose another stack name; a site NAME has the stacks NAME and NAME-service",
  );
}

/** Whether the stack says that it is one of this site. */
export function belongsTo(stack: Stack, site: string): boolean {
  return claimsOf(stack).some((claim) => claim.site === site);
}

/** The site and role that a stack says it has; null where it says nothing, or contradicts itself. */
export function identityOf(stack: Stack): Identity | null {
  const [claim, ...others] = claimsOf(stack);
  if (claim === undefined) return null;
  if (others.some(({ site, role }) => site !== claim.site || role !== claim.role)) return null;
  const role = ROLES.find((known) => known === claim.role);
  return role === undefined ? null : { site: claim.site, role };
}

/** Whose the stack says it is: by its tags, and by its description. */
function claimsOf({ name, tags, description }: Stack): { site: string; role: string }[] {
  const claims: { site: string; role: string }[] = [];
  const { [SITE_TAG]: site, [ROLE_TAG]: role } = tags;
  if (site !== undefined || role !== undefined) {
    claims.push({ site: site ?? "(without a name)", role: role ?? "(unknown)" });
  }
  const described = DESCRIPTION.exec(description)?.groups;
  if (described !== undefined) claims.push({ site: described.site!, role: described.role! });
  const early = FIRST_VERSION[description];
  if (early !== undefined) claims.push({ site: siteOfFirstVersion(name, early), role: early });
  return claims;
}

/** The first version named its stacks NAME and NAME-service. */
function siteOfFirstVersion(stackName: string, role: Role): string {
  const { suffix } = STACK_KINDS[role];
  return stackName.endsWith(suffix)
    ? stackName.slice(0, stackName.length - suffix.length)
    : stackName;
}

/**
 * A stack in review has no resources and may not have its description and tags yet, so that nothing
 * can be lost by taking it for ours.
 */
function isProposalOnly({ description, status }: Stack): boolean {
  return description === "" && isInReview(status);
}
