/**
 * How long CloudFront keeps an answer. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
import type { CachePolicy } from "./policies.ts";

/** Kept whatever they say. */
const ERRORS_KEPT = [404, 410, 414, 500, 501, 502, 503, 504];
/** Kept where they say for how long. */
const ERRORS_KEPT_IF_SAID = [400, 403, 405, 412, 415];
const ERROR_SECONDS = 10;

/** Seconds; null: it is not kept at all. 0: kept, and asked for again each time. */
export function secondsToKeep(
  status: number,
  headers: ReadonlyMap<string, string>,
  policy: CachePolicy,
  errorSeconds: Readonly<Record<string, number>>,
): number | null {
  if (policy.maxTtl === 0) return null;
  const directives = directivesOf(headers.get("cache-control"));
  const said = saidSeconds(directives, headers.get("expires"));
  if (status >= 400) {
    const isKept =
      ERRORS_KEPT.includes(status) || (ERRORS_KEPT_IF_SAID.includes(status) && said !== null);
    if (!isKept || status === 416) return null;
    return Math.max(errorSeconds[status] ?? ERROR_SECONDS, said ?? 0);
  }
  if (![200, 203, 300, 301, 302, 307, 308].includes(status)) return null;
  if (directives.has("no-store") || directives.has("private")) {
    return policy.minTtl === 0 ? null : policy.minTtl;
  }
  if (directives.has("no-cache")) return policy.minTtl;
  return Math.min(Math.max(said ?? policy.defaultTtl, policy.minTtl), policy.maxTtl);
}

/** Whether an answer that is over may stand in for one that the origin fails to give. */
export function mayStandIn(headers: ReadonlyMap<string, string>, secondsOver: number): boolean {
  const directives = directivesOf(headers.get("cache-control"));
  if (["must-revalidate", "proxy-revalidate", "no-cache"].some((name) => directives.has(name))) {
    return false;
  }
  const seconds = directives.get("stale-if-error");
  return seconds === undefined || secondsOver <= Number(seconds);
}

function saidSeconds(directives: Map<string, string>, expires: string | undefined): number | null {
  for (const name of ["s-maxage", "max-age"]) {
    const value = directives.get(name);
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  const time = expires === undefined ? Number.NaN : Date.parse(expires);
  return Number.isNaN(time) ? null : Math.max(0, (time - Date.now()) / 1000);
}

function directivesOf(field: string | undefined): Map<string, string> {
  const parts = (field ?? "").toLowerCase().split(",");
  return new Map(
    parts.map((part) => {
      const [name = "", value = ""] = part.split("=").map((text) => text.trim());
      return [name, value.replaceAll('"', "")] as const;
    }),
  );
}
