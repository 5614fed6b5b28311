import type { HeaderFields } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";

/** A table or row does not tell other sites that it was visited, whatever the answer is. */
export const NO_REFERRER: HeaderFields = { "referrer-policy": "no-referrer" };

/** Seconds; what is beyond it is taken for infinity: https://httpwg.org/specs/rfc9111.html#delta-seconds */
const MAX_AGE = 2 ** 31;

/** How long tables and rows may be kept. */
export function cacheHeaders(context: PageContext): HeaderFields {
  return { "cache-control": cacheControl(context), ...NO_REFERRER };
}

/** `_ttl` seconds, else the site's setting. */
export function cacheControl({ request, config }: PageContext): string {
  const asked = request.args.get("_ttl");
  const seconds =
    asked !== undefined && /^\d+$/.test(asked) ? Number(asked) : config.settings.default_cache_ttl;
  return seconds === 0 ? "no-cache" : `max-age=${Math.min(seconds, MAX_AGE)}`;
}
