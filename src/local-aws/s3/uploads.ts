/** Multipart uploads: parts that become one object when the upload is completed. */
import { createHash, randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type Database from "better-sqlite3";
import { AwsFault } from "../common/service.ts";
import type { Bodies } from "./bodies.ts";
import type { Buckets } from "./buckets.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
} from "./checksums.ts";
import type { Objects, WriteCondition } from "./objects.ts";
import type { UploadedBody } from "./upload-body.ts";
import type { ObjectVersion } from "./versions.ts";

export interface Upload {
  uploadId: string;
  bucket: string;
  key: string;
  createdAt: number;
  /** Headers of the object to be. */
  headers: Record<string, string>;
  checksum?: { algorithm: ChecksumAlgorithm; type: "COMPOSITE" | "FULL_OBJECT" };
}

export interface Part {
  number: number;
  modifiedAt: number;
  size: number;
  etag: string;
  /** As in UploadedBody. */
  checksum: Record<string, string>;
}

/** A part as the client lists it in CompleteMultipartUpload. */
export interface ListedPart {
  number: number;
  etag: string;
  checksum: Record<string, string>;
}

/** All parts but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_SIZE = 5 * 1024 * 1024;
export const MAX_PART_NUMBER = 10_000;

interface UploadRow {
  uploadId: string;
  bucket: string;
  key: string;
  createdAt: number;
  headers: string;
}

type StoredPart = Part & { body: string };

export class Uploads {
  readonly #index: Database.Database;
  readonly #buckets: Buckets;
  readonly #objects: Objects;
  readonly #bodies: Bodies;

  constructor(index: Database.Database, buckets: Buckets, objects: Objects, bodies: Bodies) {
    this.#index = index;
    this.#buckets = buckets;
    this.#objects = objects;
    this.#bodies = bodies;
  }

  /** Returns the upload's id. Throws NoSuchBucket. */
  create(
    bucket: string,
    key: string,
    headers: Record<string, string>,
    checksum: Upload["checksum"],
  ): string {
    this.#buckets.get(bucket);
    const uploadId = randomBytes(48).toString("base64url");
    this.#index
      .prepare(
        "INSERT INTO upload (upload_id, bucket, key, created_at, headers) VALUES (?,?,?,?,?)",
      )
      .run(uploadId, bucket, key, Date.now(), JSON.stringify({ headers, checksum }));
    return uploadId;
  }

  /** Throws NoSuchUpload. */
  get(bucket: string, key: string, uploadId: string): Upload {
    this.#buckets.get(bucket);
    const row = this.#index
      .prepare<[string, string, string], UploadRow>(
        `SELECT upload_id AS uploadId, bucket, key, created_at AS createdAt, headers
         FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?`,
      )
      .get(bucket, key, uploadId);
    if (row === undefined) {
      throw new AwsFault(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
        404,
        { details: { UploadId: uploadId } },
      );
    }
    return toUpload(row);
  }

  /** By key, then by age. Throws NoSuchBucket. */
  list(bucket: string, prefix: string): Upload[] {
    this.#buckets.get(bucket);
    return this.#index
      .prepare<{ bucket: string; prefix: string }, UploadRow>(
        `SELECT upload_id AS uploadId, bucket, key, created_at AS createdAt, headers FROM upload
         WHERE bucket = :bucket AND substr(key, 1, length(:prefix)) = :prefix
         ORDER BY key, created_at, rowid`,
      )
      .all({ bucket, prefix })
      .map(toUpload);
  }

  /** Adds a part, or replaces the one of the same number. */
  putPart(upload: Upload, number: number, uploaded: UploadedBody): void {
    const body = this.#bodies.keep(uploaded);
    let replaced: string | undefined;
    try {
      this.#index.transaction(() => {
        // The upload may have been aborted or completed while the body arrived.
        this.get(upload.bucket, upload.key, upload.uploadId);
        replaced = this.#parts(upload.uploadId).find((part) => part.number === number)?.body;
        this.#index
          .prepare(
            `INSERT OR REPLACE INTO part (upload_id, number, modified_at, size, etag, checksum, body)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            upload.uploadId,
            number,
            Date.now(),
            uploaded.size,
            uploaded.md5,
            JSON.stringify(uploaded.checksum),
            body,
          );
      })();
    } catch (error) {
      this.#bodies.remove(body);
      throw error;
    }
    if (replaced !== undefined) this.#bodies.remove(replaced);
  }

  /** By number. */
  parts(upload: Upload): Part[] {
    return this.#parts(upload.uploadId);
  }

  /**
   * Makes the listed parts one object and ends the upload.
   * Throws InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest when the object has not the
   * `expected` checksum, and what Objects.put throws.
   */
  async complete(
    upload: Upload,
    listed: ListedPart[],
    expected: Record<string, string>,
    condition?: WriteCondition,
  ): Promise<ObjectVersion> {
    const parts = this.#requireParts(upload, listed);
    const headers = { ...upload.headers };
    const observers: Checksum[] = [];
    if (upload.checksum) {
      const { algorithm, type } = upload.checksum;
      headers["x-amz-checksum-type"] = type;
      if (type === "COMPOSITE") {
        headers[checksumHeader(algorithm)] = compositeChecksum(algorithm, parts);
      } else {
        observers.push(createChecksum(algorithm));
      }
    }
    const received = await this.#bodies.receive(this.#concatenate(parts), observers);
    for (const whole of observers) headers[checksumHeader(whole.algorithm)] = whole.digest();
    for (const [name, value] of Object.entries(expected)) {
      if (headers[name] === value) continue;
      this.#bodies.discard(received);
      throw new AwsFault("BadDigest", `The ${name} you specified did not match what we received.`);
    }
    const version = this.#objects.put(
      upload.bucket,
      upload.key,
      received,
      { etag: compositeEtag(parts), headers },
      condition,
      "CompleteMultipartUpload",
    );
    this.#remove(upload);
    return version;
  }

  abort(upload: Upload): void {
    this.#remove(upload);
  }

  #requireParts(upload: Upload, listed: ListedPart[]): StoredPart[] {
    const stored = new Map(this.#parts(upload.uploadId).map((part) => [part.number, part]));
    let previous = 0;
    const parts = listed.map(({ number, etag, checksum }) => {
      if (number <= previous) {
        throw new AwsFault(
          "InvalidPartOrder",
          "The list of parts was not in ascending order. Parts must be ordered by part number.",
        );
      }
      previous = number;
      const part = stored.get(number);
      const isSame =
        part?.etag === etag &&
        Object.entries(checksum).every(([name, value]) => part.checksum[name] === value);
      if (part === undefined || !isSame) {
        throw new AwsFault(
          "InvalidPart",
          "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
          400,
          { details: { PartNumber: String(number) } },
        );
      }
      return part;
    });
    for (const part of parts.slice(0, -1)) {
      if (part.size < MIN_PART_SIZE) {
        throw new AwsFault(
          "EntityTooSmall",
          "Your proposed upload is smaller than the minimum allowed size",
          400,
          { details: { PartNumber: String(part.number), ProposedSize: String(part.size) } },
        );
      }
    }
    return parts;
  }

  async *#concatenate(parts: StoredPart[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      if (part.size === 0) continue;
      const stream: Readable = this.#bodies.read(part.body, 0, part.size - 1);
      yield* stream;
    }
  }

  #parts(uploadId: string): StoredPart[] {
    return this.#index
      .prepare<[string], Omit<StoredPart, "checksum"> & { checksum: string }>(
        `SELECT number, modified_at AS modifiedAt, size, etag, checksum, body
         FROM part WHERE upload_id = ? ORDER BY number`,
      )
      .all(uploadId)
      .map((part) => ({ ...part, checksum: JSON.parse(part.checksum) as Record<string, string> }));
  }

  #remove(upload: Upload): void {
    const bodies = this.#parts(upload.uploadId).map((part) => part.body);
    this.#index.prepare("DELETE FROM upload WHERE upload_id = ?").run(upload.uploadId);
    for (const body of bodies) this.#bodies.remove(body);
  }
}

function toUpload(row: UploadRow): Upload {
  return { ...row, ...(JSON.parse(row.headers) as Pick<Upload, "headers" | "checksum">) };
}

/** MD5 of the parts' MD5s: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function compositeEtag(parts: Part[]): string {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(part.etag, "hex");
  return `${md5.digest("hex")}-${parts.length}`;
}

function compositeChecksum(algorithm: ChecksumAlgorithm, parts: Part[]): string {
  const checksum = createChecksum(algorithm);
  for (const part of parts) {
    const value = part.checksum[checksumHeader(algorithm)];
    if (value === undefined) {
      throw new AwsFault(
        "InvalidRequest",
        `The upload was created using a ${algorithm.toLowerCase()} checksum. Part ${part.number} was uploaded without one.`,
      );
    }
    checksum.update(Buffer.from(value, "base64"));
  }
  return `${checksum.digest()}-${parts.length}`;
}
