import { readDomainFacts } from "../domains/read-domain-facts.ts";
import type { DeployedState, Facts, UpdateOptions } from "../plan/inputs.ts";
import { serviceNow } from "../plan/saved-parameters.ts";
import { surviving } from "../plan/stack-action.ts";
import { wantedDomains } from "../plan/wanted-domains.ts";
import type { Deployment } from "./deployment.ts";

/** What is known of the domains that the site is to have; null for none. Throws a DslError. */
export async function domainFacts(
  { clients, site }: Pick<Deployment, "clients" | "site">,
  options: UpdateOptions,
  state: DeployedState,
): Promise<Facts["domains"]> {
  const wanted = wantedDomains(options.domains ?? {}, serviceNow(options, state));
  const current = surviving(state, "domain")?.parameters ?? {};
  const { region } = state;
  const { cloudFront } = options;
  const hasEdge = surviving(state, "edge") !== null;
  const hasDistribution = cloudFront !== false && (cloudFront?.isWanted ?? hasEdge);
  return readDomainFacts(clients, { site, region, wanted, current, hasDistribution });
}
