/**
 * What CloudFront compresses itself; what comes compressed it leaves alone.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { acceptedEncodings, type EdgeRequest } from "./cache-key.ts";
import type { OriginResponse } from "./edge.ts";
import type { CachePolicy } from "./policies.ts";

/** Bytes. */
const SMALLEST = 1000;
const LARGEST = 10_000_000;
const TYPES =
  /^(?:text\/(?:html|css|plain|csv|xml|javascript|markdown)|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))|image\/svg\+xml)\b/;

export function compressed(
  response: OriginResponse,
  request: EdgeRequest,
  isOn: boolean,
  policy: CachePolicy,
): OriginResponse {
  const { status, headers, body } = response;
  const [encoding] = acceptedEncodings(request, policy).split(",");
  const isWorth =
    [200, 403, 404].includes(status) &&
    body.length >= SMALLEST &&
    body.length <= LARGEST &&
    TYPES.test(headers.get("content-type") ?? "") &&
    !headers.has("content-encoding");
  if (!isOn || !encoding || !isWorth) return response;
  const etag = headers.get("etag");
  const changed = new Map([
    ...headers,
    ["content-encoding", encoding] as const,
    ["vary", "Accept-Encoding"] as const,
    ...(etag === undefined ? [] : [["etag", etag.replace(/^(?!W\/)/, "W/")] as const]),
  ]);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  const made = encoding === "br" ? brotliCompressSync(body, { params }) : gzipSync(body);
  return { ...response, headers: changed, body: made };
}
