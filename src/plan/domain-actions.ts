/** The site's domains in its plan: parameters of the service stack, and the stack of the domains. Pure. */
import { domainEntries, domainParameters, domainTemplate, hasResources } from "./domain-stack.ts";
import { type Named, namedNow } from "./edge-parameters.ts";
import type { DeployedState, Facts, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";
import { type DomainPlan, planDomains } from "./plan-domains.ts";
import { surviving } from "./stack-action.ts";
import { asParameters, wantedDomains } from "./wanted-domains.ts";

export interface DomainActions extends Pick<DomainPlan, "next"> {
  /** What the distribution answers to, if there is one; null: as it is deployed. */
  edge: Named | null;
  /** Whether domains lead to the distribution that is deployed until there is a certificate. */
  needsDistribution: boolean;
  /** What the service stack is told. */
  service: Parameters;
  /** The stack's template and parameters; null: there is to be none. */
  stack: { template: string; parameters: Parameters } | null;
}

/**
 * `current`: the parameters of the service stack. `distribution`: the domain name of the distribution in front of
 * the API, null for one that is not there yet, "none" where there is to be none.
 */
export function domainActions(
  options: UpdateOptions,
  facts: Facts,
  deployed: DeployedState,
  current: Readonly<Record<string, string>>,
  distribution: string | null,
): DomainActions {
  const wanted = wantedDomains(options.domains ?? {}, current);
  const stack = surviving(deployed, "domain")?.parameters ?? null;
  const known = facts.domains ?? { domains: [], certificate: null, region: deployed.region };
  const isReady = known.certificate?.state === "issued";
  // What is served goes on as it is until the certificate is there.
  const front = isReady || stack === null ? distribution : (stack.DistributionDomainName ?? "none");
  const plan = planDomains(wanted, known, stack, current.Origin ?? "", front === "none");
  const { entries, certificateArn, next, aliases, origin } = plan;
  const edge = surviving(deployed, "edge")?.parameters;
  const apiId = surviving(deployed, "service")?.outputs.ApiId ?? null;
  const names = entries.map(({ name }) => name);
  return {
    next,
    edge:
      aliases === null
        ? null
        : { aliases, certificateArn: aliases.length === 0 ? null : certificateArn },
    needsDistribution: next !== null && namedNow(edge).aliases.length > 0,
    service: { ...asParameters(wanted), Origin: origin },
    stack:
      names.length === 0
        ? null
        : {
            template: domainTemplate(facts.package.templates.domain, names),
            parameters: domainParameters(entries, { apiId, certificateArn, distribution: front }),
          },
  };
}

/** What a domain stack with these parameters does for each domain, for the plan. */
export function describeDomains(parameters: Parameters): string[] {
  const known = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value ?? ""]),
  );
  const isByApi = known.DistributionDomainName === "none";
  return domainEntries(known)
    .filter((entry) => hasResources(entry, isByApi) || entry.isServed)
    .map(({ name, zone, proof, isServed }) => {
      const served = isServed ? "served" : "not served before it has a certificate";
      if (zone === null) return `${name}: ${served}, its records are made elsewhere`;
      const records = [...(isServed ? ["A", "AAAA"] : []), ...(proof === null ? [] : ["CNAME"])];
      return `${name}: ${served}, ${records.join(", ")} in zone ${zone}`;
    });
}
