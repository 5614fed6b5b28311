/** A response of the app as the answer that API Gateway expects from a function. */
import { isUtf8 } from "node:buffer";
import type { Bucket } from "../../core/store/s3.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpResult {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

/** Lambda's limit for an answer is 6,291,556 bytes of JSON; the rest is for headers. */
const MAX_BODY_BYTES = 6_200_000;
/** A byte of the body takes at most so many in JSON ("\u001b"). */
const WORST_ESCAPE = 6;

/** What the app may give as a body: Node's Response always has a stream, the light one what it was given. */
type Body = string | Uint8Array | AsyncIterable<Uint8Array> | null;

/**
 * `url` is that of the request. An answer that is too large for Lambda becomes a redirect to a copy
 * of it in the bucket (null for none). Throws when reading the body or writing to the bucket fails.
 */
export async function resultOf(
  response: Response,
  url: string,
  exportBucket: () => Promise<Bucket | null>,
): Promise<HttpResult> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") headers[name] = value;
  }
  const cookies = response.headers.getSetCookie();
  const head = { statusCode: response.status, headers, ...(cookies.length > 0 ? { cookies } : {}) };
  const body = await readSome(response.body as Body);
  const answer = body.rest === null ? resultBody(body.start) : null;
  if (answer !== null) return { ...head, ...answer };
  const bucket = await exportBucket();
  if (bucket === null) return tooLarge();
  const { exportToBucket } = await import("./exports.ts");
  try {
    const location = await exportToBucket(bucket, url, headers, chunksOf(body));
    return redirect(headers, location);
  } finally {
    // An export that is there already is not read to its end: this closes the file.
    await body.rest?.return?.();
  }
}

interface PartlyRead {
  start: string | Uint8Array;
  /** null when `start` is all. */
  rest: AsyncIterator<Uint8Array> | null;
}

/** Reads a body, but not much more than Lambda lets through. */
async function readSome(body: Body): Promise<PartlyRead> {
  if (body === null) return { start: "", rest: null };
  if (typeof body === "string" || body instanceof Uint8Array) return { start: body, rest: null };
  const rest = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= MAX_BODY_BYTES; ) {
    const { value, done } = await rest.next();
    if (done) return { start: Buffer.concat(chunks), rest: null };
    chunks.push(value);
    bytes += value.length;
  }
  return { start: Buffer.concat(chunks), rest };
}

async function* chunksOf(body: PartlyRead): AsyncIterable<Uint8Array> {
  yield asBuffer(body.start);
  if (body.rest === null) return;
  yield* { [Symbol.asyncIterator]: () => body.rest! };
}

/**
 * Text as it is, anything else as base64, so that no byte changes on the way; null when it is more
 * than Lambda lets through.
 */
function resultBody(
  body: string | Uint8Array,
): Pick<HttpResult, "body" | "isBase64Encoded"> | null {
  const text = typeof body === "string" ? body : isUtf8(body) ? asBuffer(body).toString() : null;
  if (text !== null && fitsAsText(text)) return { body: text, isBase64Encoded: false };
  const bytes = asBuffer(body);
  if (Math.ceil(bytes.length / 3) * 4 > MAX_BODY_BYTES) return null;
  return { body: bytes.toString("base64"), isBase64Encoded: true };
}

function fitsAsText(text: string): boolean {
  if (text.length * WORST_ESCAPE <= MAX_BODY_BYTES) return true;
  return text.length <= MAX_BODY_BYTES && Buffer.byteLength(JSON.stringify(text)) <= MAX_BODY_BYTES;
}

function asBuffer(body: string | Uint8Array): Buffer {
  return typeof body === "string"
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** The URL is valid for an hour: the redirect must not be kept. Cross-origin headers stay. */
function redirect(headers: Record<string, string>, location: string): HttpResult {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  return {
    statusCode: 302,
    headers: { ...Object.fromEntries(kept), location, "cache-control": "no-store" },
    body: "",
    isBase64Encoded: false,
  };
}

function tooLarge(): HttpResult {
  return {
    statusCode: 413,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: "The answer is larger than the 6 MB that Lambda lets through, and the function has no bucket to put it in (DSL_BUCKET is not set).",
    isBase64Encoded: false,
  };
}
