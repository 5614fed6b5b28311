/**
 * What of a request decides over an answer, and what of it the origin gets to see. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
 */
import type { CachePolicy, Choice, OriginRequestPolicy } from "./policies.ts";

export interface EdgeRequest {
  method: string;
  /** Path and query as sent. */
  url: string;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
  /** Of the visitor. */
  address: string;
}

/** Sent on whatever the policies say, where a request has them. */
const ALWAYS_SENT = [
  "content-length",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
];
/** Between two neighbours only, or CloudFront's own business. */
const NEVER_SENT = [
  "accept-encoding",
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "via",
];

export function cacheKey(request: EdgeRequest, policy: CachePolicy): string {
  const { path, query } = splitUrl(request.url);
  return JSON.stringify([
    path,
    policy.queryStrings.behavior === "all" ? query : "",
    acceptedEncodings(request, policy),
    ...chosen(headersWithoutCookies(request), policy.headers),
    policy.cookies.behavior === "all" ? (request.headers.get("cookie") ?? "") : "",
  ]);
}

/** CloudFront brings the field into one of four forms, so that browsers share their answers. */
export function acceptedEncodings(
  { headers }: EdgeRequest,
  { gzip, brotli }: Pick<CachePolicy, "gzip" | "brotli">,
): string {
  const accepted = (headers.get("accept-encoding") ?? "").toLowerCase();
  const takes = (name: string) =>
    new RegExp(`(?:^|[, ])${name}(?!;q=0(?:\\.0*)?(?:,|$))`).test(accepted);
  return [
    ...(brotli && takes("br") ? ["br"] : []),
    ...(gzip && takes("gzip") ? ["gzip"] : []),
  ].join(",");
}

/** Without those that CloudFront adds for the origin. */
export function headersForOrigin(
  request: EdgeRequest,
  cache: CachePolicy,
  origin: OriginRequestPolicy | null,
): Map<string, string> {
  const sent = new Map<string, string>();
  for (const name of ALWAYS_SENT) {
    const value = request.headers.get(name);
    if (value !== undefined) sent.set(name, value);
  }
  // What GET and HEAD are allowed would be kept for everybody.
  const isRead = ["GET", "HEAD"].includes(request.method);
  const authorization = request.headers.get("authorization");
  if (!isRead && authorization !== undefined) sent.set("authorization", authorization);
  const given = headersWithoutCookies(request);
  for (const choice of [cache.headers, ...(origin === null ? [] : [origin.headers])]) {
    for (const [name, value] of chosen(given, choice)) {
      if (!NEVER_SENT.includes(name)) sent.set(name, value);
    }
  }
  const cookies = request.headers.get("cookie");
  const sendsCookies = [cache, ...(origin === null ? [] : [origin])].some(
    (policy) => policy.cookies.behavior === "all",
  );
  if (sendsCookies && cookies !== undefined) sent.set("cookie", cookies);
  const encodings =
    cache.gzip || cache.brotli
      ? acceptedEncodings(request, cache)
      : origin?.headers.behavior.startsWith("all")
        ? (request.headers.get("accept-encoding") ?? "")
        : "";
  if (encodings !== "") sent.set("accept-encoding", encodings);
  const agent = request.headers.get("user-agent");
  const sendsAgent = origin?.headers.behavior.startsWith("all") && agent !== undefined;
  sent.set("user-agent", sendsAgent ? agent : "Amazon CloudFront");
  return sent;
}

/** The URL for the origin: the query only where a policy sends it. */
export function urlForOrigin(
  { url }: EdgeRequest,
  cache: CachePolicy,
  origin: OriginRequestPolicy | null,
): string {
  const { path, query } = splitUrl(url);
  const isSent = [cache, ...(origin === null ? [] : [origin])].some(
    ({ queryStrings }) => queryStrings.behavior === "all",
  );
  return isSent && query !== "" ? `${path}?${query}` : path;
}

function headersWithoutCookies({ headers }: EdgeRequest): [string, string][] {
  return [...headers].filter(([name]) => name !== "cookie");
}

function chosen(headers: [string, string][], { behavior, names }: Choice): [string, string][] {
  switch (behavior) {
    case "none":
      return [];
    case "whitelist":
      return headers.filter(([name]) => names.includes(name)).sort();
    case "allExcept":
      return headers.filter(([name]) => !names.includes(name));
    default:
      return headers;
  }
}

function splitUrl(url: string): { path: string; query: string } {
  const question = url.indexOf("?");
  if (question < 0) return { path: url, query: "" };
  return { path: url.slice(0, question), query: url.slice(question + 1) };
}
