/** Which domains visitors can come to as a site is deployed: at its API by the domain stack, or at CloudFront. Pure. */
import { domainEntries, partOf } from "../plan/domain-stack.ts";
import { namedNow } from "../plan/edge-parameters.ts";
import type { Stack } from "../stacks/describe.ts";
import type { Role } from "../stacks/roles.ts";

type Deployed = ReadonlyMap<Role, Pick<Stack, "parameters" | "outputs">>;

export interface ServedDomain {
  name: string;
  /** The hosted zone with its records; null: they are made elsewhere. */
  zone: string | null;
  /** Where records that are made elsewhere have to lead. */
  target: string;
}

/**
 * In the order of their names. A domain whose DNS is elsewhere needs nothing of the domain stack at CloudFront, and
 * without other domains there is no such stack: then the distribution alone knows of it.
 */
export function servedDomains(stacks: Deployed): ServedDomain[] {
  const stack = stacks.get("domain");
  const edge = stacks.get("edge");
  const distribution = edge?.outputs.DistributionDomainName ?? "";
  const entries = domainEntries(stack?.parameters ?? {}).filter(({ isServed }) => isServed);
  const names = new Set([
    ...entries.map(({ name }) => name),
    ...namedNow(edge?.parameters).aliases,
  ]);
  return [...names].toSorted().map((name) => ({
    name,
    zone: entries.find((each) => each.name === name)?.zone ?? null,
    target: stack?.outputs[`Target${partOf(name)}`] ?? distribution,
  }));
}
