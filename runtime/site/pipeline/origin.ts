import type { SiteRequest } from "../request.ts";

/** What the settings say about it. */
interface OriginSettings {
  force_https_urls: boolean;
  trust_forwarded_headers: boolean;
}

/** A name or address with an optional port; anything else in `Host` is nobody's name. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Scheme and host of a request, as the browser sees them. What `X-Forwarded-*` says counts only where the
 * configuration says that a proxy writes them: else they are anybody's.
 */
export function originOf({ headers, isSecure }: SiteRequest, settings: OriginSettings): string {
  const forwarded = (name: string) =>
    settings.trust_forwarded_headers ? firstOf(headers.get(name)) : null;
  const scheme = forwarded("x-forwarded-proto") ?? (isSecure ? "https" : "http");
  const host = forwarded("x-forwarded-host") ?? headers.get("host") ?? "";
  const isHttps = settings.force_https_urls || scheme.toLowerCase() === "https";
  return `${isHttps ? "https" : "http"}://${HOST.test(host) ? host : "localhost"}`;
}

/** Each proxy adds its own value behind those of the proxies before it. */
function firstOf(header: string | null): string | null {
  const first = header?.split(",")[0]?.trim();
  return first ? first : null;
}
