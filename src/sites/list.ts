/** `dsl list`: the sites of an account and region, found by what their stacks say of themselves. */
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { formatAge } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { siteAddress } from "../stacks/addresses.ts";
import { type Stack, toStack } from "../stacks/describe.ts";
import { identityOf } from "../stacks/identity.ts";
import type { Role } from "../stacks/roles.ts";
import { isDeleted } from "../stacks/stack-status.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { table } from "../terminal/table.ts";

interface ListedSite {
  name: string;
  url: string | null;
  stacks: Map<Role, Stack>;
}

/** Prints every site of the region, in the order of their names. */
export async function listSites(clients: AwsClients, reporter: Reporter): Promise<void> {
  const client = await clients.cloudFormation();
  const region = await client.config.region();
  const sites = await findSites(clients);
  const rows = sites.map((site) => [
    site.name,
    site.url ?? "(no service stack)",
    worstStatus(site),
    formatAge(Date.now() - lastChange(site)),
  ]);
  reporter.result(
    sites.length === 0
      ? [`There are no sites in region ${region}.`]
      : table(["SITE", "URL", "STATUS", "DEPLOYED AGO"], rows),
    {
      region,
      sites: sites.map((site) => ({
        site: site.name,
        url: site.url,
        stacks: [...site.stacks].map(([role, { name, status }]) => ({ role, name, status })),
      })),
    },
  );
}

/** By what their stacks say of themselves. */
export async function findSites(clients: AwsClients): Promise<ListedSite[]> {
  const client = await clients.cloudFormation();
  const sites = new Map<string, ListedSite>();
  let token: string | undefined;
  do {
    const page = await client.send(new DescribeStacksCommand({ NextToken: token }));
    for (const described of page.Stacks ?? []) {
      const stack = toStack(described);
      const identity = isDeleted(stack.status) ? null : identityOf(stack);
      if (identity === null) continue;
      const { site: name, role } = identity;
      const site = sites.get(name) ?? { name, url: null, stacks: new Map() };
      site.stacks.set(role, stack);
      site.url = siteAddress(site.stacks);
      sites.set(name, site);
    }
    token = page.NextToken;
  } while (token !== undefined);
  return [...sites.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The status of the stack that is not in order, if there is one. */
function worstStatus({ stacks }: ListedSite): string {
  const statuses = [...stacks.values()].map(({ status }) => status);
  return statuses.find((status) => !/^(CREATE|UPDATE)_COMPLETE$/.test(status)) ?? statuses[0] ?? "";
}

/** When one of its stacks was made or changed the last time; milliseconds since 1970. */
export function lastChange({ stacks }: ListedSite): number {
  return Math.max(...[...stacks.values()].map(({ changedAt }) => changedAt.getTime()));
}
