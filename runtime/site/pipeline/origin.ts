/**
 * Scheme and host of a request, as the browser sees them: a proxy in front says so in
 * `X-Forwarded-*`.
 */
export function originOf(url: string, headers: Headers, forceHttps: boolean): string {
  const schemeEnd = url.indexOf("://");
  const scheme = firstOf(headers.get("x-forwarded-proto")) ?? url.slice(0, schemeEnd);
  const host =
    firstOf(headers.get("x-forwarded-host")) ??
    headers.get("host") ??
    url.slice(schemeEnd + 3, url.indexOf("/", schemeEnd + 3));
  return `${forceHttps || scheme === "https" ? "https" : "http"}://${host}`;
}

/** Each proxy adds its own value behind those of the proxies before it. */
function firstOf(header: string | null): string | null {
  const first = header?.split(",")[0]?.trim();
  return first ? first : null;
}
