/**
 * Scheme and host of a request, as the browser sees them: a proxy in front says so in
 * `X-Forwarded-*`.
 */
export function originOf(url: string, headers: Headers, forceHttps: boolean): string {
  const sent = new URL(url);
  const scheme = firstOf(headers.get("x-forwarded-proto")) ?? sent.protocol.slice(0, -1);
  const host = firstOf(headers.get("x-forwarded-host")) ?? headers.get("host") ?? sent.host;
  return `${forceHttps || scheme === "https" ? "https" : "http"}://${host}`;
}

/** Each proxy adds its own value behind those of the proxies before it. */
function firstOf(header: string | null): string | null {
  const first = header?.split(",")[0]?.trim();
  return first ? first : null;
}
