/**
 * Answers that are too large for Lambda: put into the bucket below `exports/` (where they expire
 * after a day), and the visitor is sent there with a presigned URL.
 *
 * Anybody can ask for such answers, and each costs storage: an export is named after its content, so that
 * the same answer is stored once; there is a largest one, and so many new ones a minute.
 */
import { createHash, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PerMinute } from "../../core/per-minute.ts";
import type { Bucket } from "../../core/store/s3.ts";
import { writeAll } from "../../core/write-all.ts";
import { HttpError } from "../../site/errors.ts";

const URL_SECONDS = 3600;
/** For an answer that is for its reader alone: until the browser that was sent there has begun. */
const PRIVATE_URL_SECONDS = 60;
/** An export younger than this is used again; the bucket keeps exports for at least 24 hours. */
const REUSE_MS = 20 * 3600 * 1000;
/** Of a multipart upload: the least that S3 takes. */
const PART_BYTES = 5 * 1024 * 1024;

/** Headers that describe the content: they are stored with it. */
const CONTENT_HEADERS = ["content-type", "content-disposition", "content-encoding"];

export interface ExportPlace {
  bucket: Bucket;
  /** The setting `max_export_mb`; 0 for no limit. */
  maxMegabytes: number;
  /** The setting `max_exports_per_minute`: of this environment; 0 for no limit. */
  perMinute: number;
}

/** Exports that were written by this environment. */
let written = new PerMinute();

/**
 * Stores `chunks` unless the same export is there, and returns where it can be had for the next hour, or for
 * a minute where the answer is private.
 * `url` is that of the request. Answers with the same URL and the same ETag have the same content: an ETag
 * stands for the version, too. Others are known by their content when they have been read.
 * @throws HttpError 413, 429
 */
export async function exportToBucket(
  place: ExportPlace,
  url: string,
  headers: Record<string, string>,
  chunks: AsyncIterable<Uint8Array>,
): Promise<string> {
  checkSize(place, Number(headers["content-length"] ?? 0));
  const name = fileName(headers, url);
  const identity = JSON.stringify(CONTENT_HEADERS.map((header) => headers[header] ?? ""));
  if (headers.etag !== undefined) {
    const digest = createHash("sha256").update(`${identity} ${headers.etag} ${url}`).digest("hex");
    const parts = joinChunks(limited(place, chunks));
    return store(place, `exports/${digest}/${name}`, headers, parts);
  }
  checkRate(place);
  const file = join(tmpdir(), `dsl-export-${randomUUID()}`);
  try {
    const digest = await spool(file, identity, limited(place, chunks));
    return await store(place, `exports/${digest}/${name}`, headers, partsOf(file));
  } finally {
    await rm(file, { force: true });
  }
}

async function store(
  place: ExportPlace,
  key: string,
  headers: Record<string, string>,
  parts: AsyncIterable<Buffer>,
): Promise<string> {
  const { bucket } = place;
  const last = await bucket.lastModified(key);
  if (last === null || Date.now() - last.getTime() > REUSE_MS) {
    checkRate(place);
    written.note();
    const stored = CONTENT_HEADERS.filter((name) => name in headers);
    const contentHeaders = Object.fromEntries(stored.map((name) => [name, headers[name]!]));
    await bucket.putParts(key, parts, contentHeaders);
  }
  const isPrivate = headers["cache-control"]?.startsWith("private") ?? false;
  return bucket.presignedUrl(key, isPrivate ? PRIVATE_URL_SECONDS : URL_SECONDS);
}

/** For tests: as in a new environment. */
export function forgetExports(): void {
  written = new PerMinute();
}

function checkSize({ maxMegabytes }: ExportPlace, bytes: number): void {
  if (maxMegabytes === 0 || bytes <= maxMegabytes * 1024 * 1024) return;
  throw new HttpError(
    413,
    `The answer is larger than ${maxMegabytes} MB, the most that this site gives (setting max_export_mb). Ask for less.`,
  );
}

function checkRate({ perMinute }: ExportPlace): void {
  if (written.hasRoom(perMinute)) return;
  throw new HttpError(
    429,
    "Too many large answers were asked for within a minute (setting max_exports_per_minute). Try again in a minute.",
  );
}

/** Ends with an HttpError where there is more than the largest export. */
async function* limited(
  place: ExportPlace,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    checkSize(place, bytes);
    yield chunk;
  }
}

/** Writes chunks to a file; the hash of what they are and what is said of them. */
async function spool(
  path: string,
  identity: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<string> {
  const hash = createHash("sha256").update(identity);
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await writeAll(file, chunk);
    }
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

/** Whoever saves the export without looking at content-disposition gets a name that says something. */
function fileName(headers: Record<string, string>, url: string): string {
  const name = headers["content-disposition"]?.match(/filename="?([^";]+)/)?.[1];
  const path = url.replace(/\?.*/, "");
  return (name ?? path.slice(path.lastIndexOf("/") + 1)).replace(/[^\w.~-]+/g, "-") || "export";
}

/** In the same memory as with joinChunks. */
async function* partsOf(path: string): AsyncIterable<Buffer> {
  const part = Buffer.allocUnsafeSlow(PART_BYTES);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(part);
      if (bytesRead === 0) return;
      yield part.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** All parts are in the same memory, one after the other: each is gone when the next is asked for. */
async function* joinChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const part = Buffer.allocUnsafeSlow(PART_BYTES);
  let used = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const piece = chunk.subarray(taken, taken + PART_BYTES - used);
      part.set(piece, used);
      taken += piece.length;
      used += piece.length;
      if (used < PART_BYTES) continue;
      yield part;
      used = 0;
    }
  }
  if (used > 0) yield part.subarray(0, used);
}
