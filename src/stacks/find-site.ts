/** The stacks of one site, each checked to be what its name says. */

import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { cloudOf } from "./cloud.ts";
import { describeStack, type Stack } from "./describe.ts";
import { belongsTo, requireIdentity } from "./identity.ts";
import { type Identity, ROLES, type Role, STACK_KINDS } from "./roles.ts";
import { checkSiteName, stackName } from "./stack-name.ts";

const UNKNOWN_ACCOUNT = "(unknown)";

export interface FoundSite {
  site: string;
  /** The AWS account and the region that were looked into. */
  account: string;
  region: string;
  /** The stacks that there are, in whatever state, in the order of ROLES. */
  stacks: ReadonlyMap<Role, Stack>;
}

/**
 * Looks for the stacks of a site. Throws a DslError for a name that no site can have, and when a
 * stack of one of its names belongs to something else.
 */
export async function findSite(clients: AwsClients, site: string): Promise<FoundSite> {
  checkSiteName(site);
  const found = await Promise.all(
    ROLES.map(async (role) => [role, await findStack(clients, { site, role })] as const),
  );
  const stacks = new Map(found.flatMap(([role, stack]) => (stack === null ? [] : [[role, stack]])));
  const { client } = await cloudOf(clients);
  const region = await client.config.region();
  const account = await accountOf(clients, [...stacks.values()]);
  return { site, account, region, stacks };
}

/** The stack that a site has for a role; null: none. Throws a DslError when it is something else. */
export async function findStack(clients: AwsClients, identity: Identity): Promise<Stack | null> {
  const { client } = await cloudOf(clients, identity.role);
  const stack = await describeStack(client, stackName(identity));
  if (stack !== null) requireIdentity(stack, identity);
  return stack;
}

/**
 * Throws a DslError when a new site would take a name that an existing one needs: `shop-service` is
 * the service stack of the site `shop`, even if that stack is not there at the moment.
 */
export async function requireFreeName(
  clients: AwsClients,
  { site, stacks }: FoundSite,
): Promise<void> {
  if (stacks.size > 0) return;
  const { client } = await cloudOf(clients);
  for (const role of ROLES) {
    const base = baseName(site, role);
    const stack = base === null ? null : await describeStack(client, base);
    if (base === null || stack === null || !belongsTo(stack, base)) continue;
    throw new DslError(
      "stack_of_another_site",
      `${site} is the name that site ${base} keeps for its ${role} stack; nothing was changed`,
      "choose another stack name",
    );
  }
}

/** The site that has this name for its stack of this role; null where there is no such site. */
function baseName(site: string, role: Role): string | null {
  const { suffix } = STACK_KINDS[role];
  return suffix !== "" && site.endsWith(suffix) ? site.slice(0, -suffix.length) : null;
}

/**
 * A stack's ARN tells it; STS does where there is none. In a network that STS cannot be reached from,
 * the account is only not shown.
 */
async function accountOf(clients: AwsClients, stacks: Stack[]): Promise<string> {
  const fromArn = stacks[0]?.id.split(":")[4];
  if (fromArn) return fromArn;
  try {
    const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const { Account } = await (await clients.sts()).send(new GetCallerIdentityCommand({}));
    return Account ?? UNKNOWN_ACCOUNT;
  } catch {
    return UNKNOWN_ACCOUNT;
  }
}
