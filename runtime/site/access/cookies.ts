/** Where a session travels: a cookie, or `Authorization: Bearer` of the command line. */
import type { PageContext } from "../pages/context.ts";

/** Seconds, of those who know the password; two weeks. */
export const SESSION_SECONDS = 14 * 24 * 3600;
/**
 * Seconds, of those who sign in with a provider: a day. For so long is believed what it said of them, and to sign
 * in again is one click.
 */
export const PROVIDER_SESSION_SECONDS = 24 * 3600;

/**
 * The Set-Cookie field that begins a session of so many seconds, or ends it with an empty text. While somebody
 * is with a provider, what the sign-in was begun with is in the place of the session that it becomes.
 */
export function sessionCookie(
  context: PageContext,
  text: string,
  seconds = SESSION_SECONDS,
): string {
  const { baseUrl } = context.links;
  const age = text === "" ? 0 : seconds;
  const parts = [`${cookieName(context)}=${text}`, `Path=${baseUrl}`, `Max-Age=${age}`];
  return [...parts, "HttpOnly", "SameSite=Lax", ...(isSecure(context) ? ["Secure"] : [])].join(
    "; ",
  );
}

/** What was sent as a session; null for nothing. */
export function sessionText(context: PageContext): string | null {
  const { headers } = context.request;
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer ?? cookieText(context);
}

/** null for none. */
export function cookieText(context: PageContext): string | null {
  const name = cookieName(context);
  const cookies = (context.request.headers.get("cookie") ?? "").split(/; */);
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
