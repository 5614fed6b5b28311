import type { HeaderFields } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";

/** How long tables and rows may be kept: `_ttl` seconds, else the site's setting. */
export function cacheHeaders({ request, config }: PageContext): HeaderFields {
  const asked = request.args.get("_ttl");
  const seconds =
    asked !== undefined && /^\d+$/.test(asked) ? Number(asked) : config.settings.default_cache_ttl;
  return {
    "cache-control": seconds === 0 ? "no-cache" : `max-age=${seconds}`,
    "referrer-policy": "no-referrer",
  };
}
