import type { SiteRequest } from "../request.ts";

/**
 * Scheme and host of a request, as the browser sees them: a proxy in front says so in
 * `X-Forwarded-*`.
 */
export function originOf({ headers, isSecure }: SiteRequest, forceHttps: boolean): string {
  const scheme = firstOf(headers.get("x-forwarded-proto")) ?? (isSecure ? "https" : "http");
  const host = firstOf(headers.get("x-forwarded-host")) ?? headers.get("host") ?? "localhost";
  return `${forceHttps || scheme === "https" ? "https" : "http"}://${host}`;
}

/** Each proxy adds its own value behind those of the proxies before it. */
function firstOf(header: string | null): string | null {
  const first = header?.split(",")[0]?.trim();
  return first ? first : null;
}
