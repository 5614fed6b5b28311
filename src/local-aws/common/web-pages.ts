/** What a web page that somebody visits could send here, and must not: requests for other hosts, of other origins. */
import type { IncomingHttpHeaders } from "node:http";

/** By way of a name that a page made to mean this machine (DNS rebinding) nobody asks for anything good. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|\[::1\]|(?:[\w.-]+\.)?localhost)(:\d+)?$/i.test(host ?? "");
}

/** Whether a page of another site sent this: browsers say so themselves. */
export function isFromWebPage({ origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site === "cross-site" || site === "same-site") return true;
  if (origin === undefined) return false;
  const [, host] = /^https?:\/\/(.*)$/.exec(origin) ?? [];
  return !isLoopbackHost(host);
}
