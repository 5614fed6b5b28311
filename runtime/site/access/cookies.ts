/** Where a session travels: a cookie, or `Authorization: Bearer` of the command line. */
import type { PageContext } from "../pages/context.ts";

/** Seconds; two weeks. */
export const SESSION_SECONDS = 14 * 24 * 3600;

/** The Set-Cookie field that begins a session, or ends it with an empty text. */
export function sessionCookie(context: PageContext, text: string): string {
  const seconds = text === "" ? 0 : SESSION_SECONDS;
  const { baseUrl } = context.links;
  const parts = [`${cookieName(context)}=${text}`, `Path=${baseUrl}`, `Max-Age=${seconds}`];
  return [...parts, "HttpOnly", "SameSite=Lax", ...(isSecure(context) ? ["Secure"] : [])].join(
    "; ",
  );
}

/** What was sent as a session; null for nothing. */
export function sessionText(context: PageContext): string | null {
  const { headers } = context.request;
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const name = cookieName(context);
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

/**
 * Over TLS the prefix keeps other hosts of the domain from setting it:
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
 * Sites on one machine differ in their ports only, which cookies do not know.
 */
function cookieName(context: PageContext): string {
  const name = `dsl-session-${context.site.name ?? "site"}`;
  return isSecure(context) && context.links.baseUrl === "/" ? `__Host-${name}` : name;
}

function isSecure({ links }: PageContext): boolean {
  return links.origin.startsWith("https:");
}
