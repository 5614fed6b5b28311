/** What the site needs of its bucket: reading, and storing exports in parts. */
import { DEADLINE_MS, element, S3Error, S3Requests } from "./s3-requests.ts";
import type { Environment } from "./signing-scope.ts";

export interface S3Object {
  body: Buffer;
  etag: string | null;
}

export class Bucket {
  readonly name: string;
  readonly #requests: S3Requests;

  /**
   * Region, endpoint and credentials come from Lambda's environment variables. They are read at
   * each use: Lambda may replace credentials.
   */
  constructor(name: string, environment: Environment = process.env) {
    this.name = name;
    this.#requests = new S3Requests(name, environment);
  }

  /** Throws S3Error (404 with code NoSuchKey when there is none), or a network error. */
  async get(key: string): Promise<S3Object> {
    const answer = await this.#requests.send("GET", key);
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  /** The object's content; null when there is none. Throws as `get` does. */
  find(key: string): Promise<Buffer | null> {
    return orNull(async () => (await this.#requests.send("GET", key)).body);
  }

  /** When the object was written; null when there is none. */
  lastModified(key: string): Promise<Date | null> {
    return orNull(async () => {
      const { headers } = await this.#requests.send("HEAD", key);
      return headers["last-modified"] ? new Date(headers["last-modified"]) : null;
    });
  }

  /** The object, or null when it still has this ETag. */
  async getIfChanged(
    key: string,
    etag: string | null,
    deadlineMs = DEADLINE_MS,
  ): Promise<S3Object | null> {
    const headers: Record<string, string> = etag === null ? {} : { "if-none-match": etag };
    const answer = await this.#requests.send("GET", key, { headers, deadlineMs });
    if (answer.status === 304) return null;
    return { body: answer.body, etag: answer.headers.etag ?? null };
  }

  /** The first `most` (at most 1,000) keys with this beginning that sort behind `after`, in order. */
  async keysBehind(prefix: string, after: string, most: number): Promise<string[]> {
    const query = {
      "list-type": "2",
      "max-keys": String(most),
      prefix,
      "start-after": after,
    };
    const { body } = await this.#requests.send("GET", "", { query });
    return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!);
  }

  /**
   * Writes an object in parts; it exists when the last is written. Parts have at least 5 MiB, but
   * for the last. What a failure leaves behind is removed by the bucket's lifecycle rule.
   */
  async putParts(
    key: string,
    parts: AsyncIterable<Buffer>,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const created = await this.#requests.send("POST", key, { headers, query: { uploads: "" } });
    const uploadId = element(created.body, "UploadId");
    const written: string[] = [];
    for await (const part of parts) {
      const partNumber = String(written.length + 1);
      const query = { partNumber, uploadId };
      const answer = await this.#requests.send("PUT", key, { query, body: part });
      const etag = `<PartNumber>${partNumber}</PartNumber><ETag>${answer.headers.etag}</ETag>`;
      written.push(`<Part>${etag}</Part>`);
    }
    const list = `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
    await this.#requests.send("POST", key, { query: { uploadId }, body: Buffer.from(list) });
  }

  /** A URL from which anybody may download the object for `seconds`. */
  presignedUrl(key: string, seconds: number): string {
    return this.#requests.presignedUrl(key, seconds);
  }
}

/** 403 is the answer for a missing object to those who may not list the bucket. */
async function orNull<T>(asking: () => Promise<T | null>): Promise<T | null> {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof S3Error && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}
