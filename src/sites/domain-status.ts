/** The domains of a site in `dsl status`. Pure. */
import { servedDomains } from "../domains/served-domains.ts";
import { domainEntries } from "../plan/domain-stack.ts";
import { deployedDomains, domainsOf } from "../plan/wanted-domains.ts";
import type { DeployedSite } from "./open-site.ts";

export interface DomainStatus {
  name: string;
  /** Whether visitors can come. */
  served: boolean;
  /** Where its visitors are sent; null: they are answered. */
  redirects_to: string | null;
  /** The hosted zone with its records; null: they are elsewhere. */
  hosted_zone: string | null;
}

/** In the order in which they were named. */
export function domainsIn({ stacks }: Pick<DeployedSite, "stacks">): DomainStatus[] {
  const wanted = deployedDomains(stacks.get("service")?.parameters ?? {});
  const served = servedDomains(stacks).map(({ name }) => name);
  const entries = domainEntries(stacks.get("domain")?.parameters ?? {});
  return domainsOf(wanted).map((name) => {
    return {
      name,
      served: served.includes(name),
      redirects_to: wanted.redirects.includes(name) ? (wanted.names[0] ?? null) : null,
      hosted_zone: entries.find((each) => each.name === name)?.zone ?? null,
    };
  });
}

export function describeDomain({
  name,
  served,
  redirects_to: target,
  hosted_zone: zone,
}: DomainStatus): string {
  if (!served) return `${name}: waits for its certificate (dsl update-stack again goes on with it)`;
  const where = zone === null ? "its records are made elsewhere" : `records in zone ${zone}`;
  return `${name}: ${target === null ? "served" : `redirects to ${target}`}, ${where}`;
}
