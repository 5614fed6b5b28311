/**
 * Lambda's limit for an answer. This is decided before anything is written to the response: serverless-http
 * collects what is written in memory, and an answer may be as large as a database.
 */
import { isUtf8 } from "node:buffer";
import { HttpError } from "../../site/errors.ts";
import { type Answer, type BodyParts, isWhole, textAnswer } from "../../site/http/answer.ts";
import type { ExportPlace } from "./exports.ts";

/** An answer whose body is there as a whole: text to be sent as text, bytes as base64. */
export interface WholeAnswer extends Answer {
  body: string | Uint8Array | null;
}

/** Lambda's limit for an answer is 6,291,556 bytes of JSON; the rest is for headers. */
const MAX_BODY_BYTES = 6_200_000;
/** The most bytes that one byte of the body takes in JSON ("\u001b"). */
const WORST_ESCAPE = 6;

/**
 * The answer as Lambda can send it. One that is too large becomes a redirect to a copy of it in the
 * bucket (null for none), or is refused. `url` is that of the request. Throws when reading the body or
 * writing to the bucket fails.
 */
export async function withinLimit(
  given: Answer,
  url: string,
  exportPlace: () => Promise<ExportPlace | null>,
): Promise<WholeAnswer> {
  const { status, headers } = given;
  let body: PartlyRead | null = null;
  try {
    body = await readSome(given.body);
    const fitting = body.rest === null ? asTextOrBytes(body.start) : undefined;
    if (fitting !== undefined) return { status, headers, body: fitting };
    const place = await exportPlace();
    if (place === null) return refusal(headers, 413, NO_BUCKET);
    const { exportToBucket } = await import("./exports.ts");
    const location = await exportToBucket(place, url, headers, chunksOf(body));
    return redirect(headers, location);
  } catch (error) {
    // Nothing was sent yet: what goes wrong in the middle can still be said.
    if (!(error instanceof HttpError)) throw error;
    return refusal(headers, error.status, error.message);
  } finally {
    // An export that is there already is not read to its end: this closes the file.
    await body?.rest?.return?.();
  }
}

type PartsIterator = Iterator<string> | AsyncIterator<Uint8Array>;

interface PartlyRead {
  start: string | Uint8Array | null;
  /** null when `start` is all. */
  rest: PartsIterator | null;
}

/** Reads a body, but not much more than Lambda lets through. */
async function readSome(body: Answer["body"]): Promise<PartlyRead> {
  if (isWhole(body)) return { start: body, rest: null };
  const rest = iteratorOf(body);
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= MAX_BODY_BYTES; ) {
    const { value, done } = await rest.next();
    if (done) return { start: Buffer.concat(chunks), rest: null };
    const chunk = asBuffer(value);
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return { start: Buffer.concat(chunks), rest };
}

function iteratorOf(parts: BodyParts): PartsIterator {
  return Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
}

async function* chunksOf({ start, rest }: PartlyRead): AsyncIterable<Uint8Array> {
  yield asBuffer(start ?? "");
  while (rest !== null) {
    const { value, done } = await rest.next();
    if (done) return;
    yield asBuffer(value);
  }
}

/**
 * Text where it is text, so that no byte changes on the way; undefined when the body is more than Lambda
 * lets through.
 */
function asTextOrBytes(body: PartlyRead["start"]): WholeAnswer["body"] | undefined {
  if (body === null) return null;
  const text = typeof body === "string" ? body : isUtf8(body) ? asBuffer(body).toString() : null;
  if (text !== null && fitsAsText(text)) return text;
  const bytes = asBuffer(body);
  return Math.ceil(bytes.length / 3) * 4 > MAX_BODY_BYTES ? undefined : bytes;
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

/** What an answer says beside what it is of: policies, and which other sites may read it. */
function withoutContent(headers: Answer["headers"]): Answer["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(?:content-(?!security-)|cache-control$|etag$|link$|vary$)/.test(name),
    ),
  );
}

/** The URL is valid for an hour: the redirect must not be kept. */
function redirect(headers: Answer["headers"], location: string): WholeAnswer {
  return {
    status: 302,
    headers: { ...withoutContent(headers), location, "cache-control": "no-store" },
    body: null,
  };
}

const NO_BUCKET =
  "The answer is larger than the 6 MB that Lambda lets through, and the function has no bucket to put it in (DSL_BUCKET is not set).";

function refusal(
  headers: Answer["headers"],
  status: HttpError["status"],
  text: string,
): WholeAnswer {
  const wait: Answer["headers"] = status === 429 ? { "retry-after": "60" } : {};
  const kept = { ...withoutContent(headers), "cache-control": "no-store", ...wait };
  return { ...textAnswer(text, status, kept), body: text };
}
