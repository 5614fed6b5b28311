/** After an update: the API itself is asked first, then what visitors ask. */
import type { Plan } from "../plan/plan.ts";
import { frontAddress, originAddress } from "../stacks/addresses.ts";
import type { Stack } from "../stacks/describe.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Role } from "../stacks/roles.ts";
import { sessionFor } from "./access-step.ts";
import type { Deployment } from "./deployment.ts";
import { readOriginSecret } from "./origin-secret.ts";
import { siteUrl } from "./verify.ts";
import { type Verified, verifyStep } from "./verify-step.ts";

type Stacks = ReadonlyMap<Role, Pick<Stack, "name" | "status" | "parameters" | "outputs">>;

/** Where visitors find a site without a domain, the setting base_url included. There must be a service stack. */
export function visitorsUrl(stacks: Stacks, baseUrl: string): string {
  return siteUrl(frontAddress(stacks) ?? originAddress(stacks.get("service")!), baseUrl);
}

/**
 * Resolves with how the site answered the first time; null: nobody knows. Throws a DslError where one of its
 * addresses does not serve the version.
 */
export async function verifyAddresses(
  deployment: Deployment,
  { publish, secret }: Pick<Plan, "publish" | "secret">,
  stacks: Stacks,
  version: number,
): Promise<Verified | null> {
  const { clients, site, baseUrl } = deployment;
  const service = stacks.get("service")!;
  const logGroup = outputOf(service, "LogGroupName");
  const session = await sessionFor(publish.manifest, clients, site);
  const url = visitorsUrl(stacks, baseUrl);
  const origin = siteUrl(originAddress(service), baseUrl);
  let first: Verified | null = null;
  if (origin !== url && secret !== null) {
    const originKey = secret.isNew
      ? deployment.originSecret
      : await readOriginSecret(clients, site);
    const address = { url: origin, logGroup, session, originKey };
    first = await verifyStep(deployment, address, version);
  }
  const verified = await verifyStep(deployment, { url, logGroup, session }, version);
  return first ?? verified;
}
