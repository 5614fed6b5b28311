import type { HeaderFields } from "./answer.ts";

/** One link of a `Link` field: https://httpwg.org/specs/rfc8288 */
export function linkValue(url: string, rel: string, type?: string): string {
  const link = `<${encodeUrl(url)}>; rel="${rel}"`;
  return type === undefined ? link : `${link}; type="${type}"`;
}

/** `headers` with the next page in their `Link`, behind what is in it already. */
export function withNextPage(headers: HeaderFields, nextUrl: string | null): HeaderFields {
  if (nextUrl === null) return headers;
  const next = linkValue(nextUrl, "next");
  return { ...headers, link: headers.link === undefined ? next : `${headers.link}, ${next}` };
}

/**
 * What came in with a request may have characters that no URL has, and that would end a header field's
 * value or begin another.
 */
export function encodeUrl(url: string): string {
  return url.toWellFormed().replace(/[^\x21-\x7e]+|[<>"\\^`{|}]/g, encodeURIComponent);
}
