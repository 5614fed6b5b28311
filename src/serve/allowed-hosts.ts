/**
 * Which names the server answers to. A page on the web can make its own name lead to 127.0.0.1 and then
 * read what is served there (DNS rebinding); it cannot make the browser send another `Host`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { policyHeaders } from "../../runtime/site/pipeline/policy-headers.ts";

/** Names of this machine that no other can have: https://httpwg.org/specs/rfc6761 section 6.3 */
const LOOPBACK = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * @param address what the server listens on
 * @param allowed further names; `.example.com` is for all below it, too, and `*` for any
 * @returns whether a request with this `Host` is answered. On other than loopback addresses everything is,
 * unless names are given
 */
export function hostCheck(
  address: string,
  allowed: readonly string[],
): (host: string | undefined) => boolean {
  const isLocal = isLoopbackAddress(address);
  if (allowed.includes("*") || (!isLocal && allowed.length === 0)) return () => true;
  const names = allowed.map((name) => name.toLowerCase());
  return (host) => {
    const name = (host ?? "").toLowerCase().replace(/:\d*$/, "");
    return isLoopback(name) || names.some((pattern) => matches(name, pattern));
  };
}

export function refuseHost({ headers }: IncomingMessage, response: ServerResponse): void {
  const name = JSON.stringify(headers.host ?? "");
  response.writeHead(403, {
    ...policyHeaders(false, false),
    "content-type": "text/plain; charset=utf-8",
  });
  response.end(
    `This server does not answer for ${name}: dsl serve --allowed-hosts NAME allows a name\n`,
  );
}

/** Whether only this machine reaches what listens there. */
export function isLoopbackAddress(address: string): boolean {
  return isLoopback(address.includes(":") ? `[${address}]` : address);
}

/** Whether only this machine can have the name. */
export function isLoopback(name: string): boolean {
  return LOOPBACK.test(name);
}

function matches(name: string, pattern: string): boolean {
  if (!pattern.startsWith(".")) return name === pattern;
  return name.endsWith(pattern) || name === pattern.slice(1);
}
