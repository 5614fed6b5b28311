/**
 * Answers that are too large for Lambda: put into the bucket below `exports/` (where they expire
 * after a day), and the visitor is sent there with a presigned URL.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Bucket } from "../../core/store/s3.ts";

const URL_SECONDS = 3600;
/** An export younger than this is used again; the bucket keeps exports for at least 24 hours. */
const REUSE_MS = 20 * 3600 * 1000;
/** Of a multipart upload; S3 wants at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;

/** Headers that describe the content: they are stored with it. */
const CONTENT_HEADERS = ["content-type", "content-disposition", "content-encoding"];

/**
 * Stores `chunks` unless an export with the same name is there, and returns where it can be had for
 * the next hour. `url` is that of the request. Answers with the same URL and the same ETag have the
 * same content: an ETag stands for the version, too.
 */
export async function exportToBucket(
  bucket: Bucket,
  url: string,
  headers: Record<string, string>,
  chunks: AsyncIterable<Uint8Array>,
): Promise<string> {
  const identity = headers.etag === undefined ? randomUUID() : `${headers.etag} ${url}`;
  const digest = createHash("sha256").update(identity).digest("hex");
  const key = `exports/${digest}/${fileName(headers, url)}`;
  const written = await bucket.lastModified(key);
  if (written === null || Date.now() - written.getTime() > REUSE_MS) {
    const stored = CONTENT_HEADERS.filter((name) => name in headers);
    const contentHeaders = Object.fromEntries(stored.map((name) => [name, headers[name]!]));
    await bucket.putParts(key, joinChunks(chunks), contentHeaders);
  }
  return bucket.presignedUrl(key, URL_SECONDS);
}

/** Whoever saves the export without looking at content-disposition gets a name that says something. */
function fileName(headers: Record<string, string>, url: string): string {
  const name = headers["content-disposition"]?.match(/filename="?([^";]+)/)?.[1];
  const path = url.replace(/\?.*/, "");
  return (name ?? path.slice(path.lastIndexOf("/") + 1)).replace(/[^\w.~-]+/g, "-") || "export";
}

async function* joinChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
