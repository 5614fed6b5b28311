/** Where a site is: at its API, at what is in front of that, and at a domain of its own. */
import type { Stack } from "./describe.ts";
import { outputOf } from "./outputs.ts";
import type { Role } from "./roles.ts";

type Addressed = Pick<Stack, "name" | "status" | "parameters" | "outputs">;

/** Ends with a slash. Throws a DslError when the service stack has none. */
export function originAddress(service: Addressed): string {
  return outputOf(service, "Url");
}

/**
 * CloudFront where there is one, else the API: what can be asked as soon as it is there. null: the site has neither.
 * Ends with a slash.
 */
export function frontAddress(stacks: ReadonlyMap<Role, Addressed>): string | null {
  const host = stacks.get("edge")?.outputs.DistributionDomainName;
  if (host) return `${schemeOf(host)}://${host}/`;
  return stacks.get("service")?.outputs.Url ?? null;
}

/** What visitors are told: the site's own domain, else as `frontAddress`. */
export function siteAddress(stacks: ReadonlyMap<Role, Addressed>): string | null {
  const origin = stacks.get("service")?.parameters.Origin;
  return origin ? `${origin}/` : frontAddress(stacks);
}

/**
 * Scheme and host of all addresses that visitors may use, the one to prefer first: until the certificate for other
 * domains is issued that is the domain of before.
 */
export function publicOrigins(stacks: ReadonlyMap<Role, Addressed>): string[] {
  const { Origin, Domains = "" } = stacks.get("service")?.parameters ?? {};
  const named = Origin ? [Origin, ...Domains.split(",").map((name) => `https://${name}`)] : [];
  const address = frontAddress(stacks);
  return [...new Set([...named, ...(address === null ? [] : [new URL(address).origin])])];
}

/** The local AWS serves what has no certificate there: loopback, over plain HTTP. */
function schemeOf(host: string): "http" | "https" {
  return host.startsWith("127.0.0.1:") ? "http" : "https";
}
