/** Where a site is: at its API, and where its visitors go. */
import type { Stack } from "./describe.ts";
import { outputOf } from "./outputs.ts";
import type { Role } from "./roles.ts";

type Addressed = Pick<Stack, "name" | "status" | "parameters" | "outputs">;

/** Ends with a slash. Throws a DslError when the service stack has none. */
export function originAddress(service: Addressed): string {
  return outputOf(service, "Url");
}

/** CloudFront where there is one, else the API; null: the site has neither. Ends with a slash. */
export function publicAddress(stacks: ReadonlyMap<Role, Addressed>): string | null {
  const edge = stacks.get("edge");
  const host = edge?.parameters.Aliases?.split(",")[0] || edge?.outputs.DistributionDomainName;
  if (host) return `${schemeOf(host)}://${host}/`;
  return stacks.get("service")?.outputs.Url ?? null;
}

/** Scheme and host of all addresses that visitors may use, the one to prefer first. */
export function publicOrigins(stacks: ReadonlyMap<Role, Addressed>): string[] {
  const aliases = stacks.get("edge")?.parameters.Aliases || null;
  if (aliases !== null) return aliases.split(",").map((host) => `${schemeOf(host)}://${host}`);
  const address = publicAddress(stacks);
  return address === null ? [] : [new URL(address).origin];
}

/** The local AWS serves what has no certificate there: loopback, over plain HTTP. */
function schemeOf(host: string): "http" | "https" {
  return host.startsWith("127.0.0.1:") ? "http" : "https";
}
