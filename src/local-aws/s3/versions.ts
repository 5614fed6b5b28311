/** The index's table of object versions: rows in, rows out. What they mean is decided in objects.ts. */
import type Database from "better-sqlite3";
import { type Listing, type ListingQuery, paginate } from "./listing.ts";

export interface ObjectVersion {
  key: string;
  /** `null` (the word) in buckets without versioning. */
  versionId: string;
  isLatest: boolean;
  isDeleteMarker: boolean;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  size: number;
  /** Without quotes. */
  etag: string;
  /** What GetObject gives back beside the body: content-type, x-amz-meta-…, x-amz-checksum-…. */
  headers: Record<string, string>;
  /** Name of the body; null for a delete marker. */
  body: string | null;
}

type Row = Omit<ObjectVersion, "isLatest" | "isDeleteMarker" | "headers"> & {
  isLatest: number;
  isDeleteMarker: number;
  headers: string;
};

const COLUMNS = `key, version_id AS versionId, is_latest AS isLatest,
  is_delete_marker AS isDeleteMarker, modified_at AS modifiedAt, size, etag, headers, body`;

export class Versions {
  readonly #index: Database.Database;

  constructor(index: Database.Database) {
    this.#index = index;
  }

  /** The newest version, which may be a delete marker. */
  latest(bucket: string, key: string): ObjectVersion | undefined {
    const row = this.#index
      .prepare<[string, string], Row>(
        `SELECT ${COLUMNS} FROM object_version WHERE bucket = ? AND key = ? AND is_latest`,
      )
      .get(bucket, key);
    return row && toVersion(row);
  }

  find(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const row = this.#index
      .prepare<[string, string, string], Row>(
        `SELECT ${COLUMNS} FROM object_version WHERE bucket = ? AND key = ? AND version_id = ?`,
      )
      .get(bucket, key, versionId);
    return row && toVersion(row);
  }

  /** Adds the new latest version of a key. */
  add(bucket: string, version: Omit<ObjectVersion, "isLatest" | "modifiedAt">): void {
    this.#index
      .prepare("UPDATE object_version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest")
      .run(bucket, version.key);
    this.#index
      .prepare(
        `INSERT INTO object_version
           (bucket, key, version_id, is_latest, is_delete_marker, modified_at, size, etag, headers, body)
         VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        bucket,
        version.key,
        version.versionId,
        Number(version.isDeleteMarker),
        Date.now(),
        version.size,
        version.etag,
        JSON.stringify(version.headers),
        version.body,
      );
  }

  /** Removes a version, if it is there; the next newest is the latest then. Returns the body's name. */
  remove(bucket: string, key: string, versionId: string): string | undefined {
    const removed = this.#index
      .prepare<[string, string, string], { body: string | null }>(
        "DELETE FROM object_version WHERE bucket = ? AND key = ? AND version_id = ? RETURNING body",
      )
      .get(bucket, key, versionId);
    this.#index
      .prepare(
        `UPDATE object_version SET is_latest = 1
         WHERE sequence = (SELECT max(sequence) FROM object_version WHERE bucket = ? AND key = ?)`,
      )
      .run(bucket, key);
    return removed?.body ?? undefined;
  }

  /** Latest versions that are no delete markers, in the order of the keys' UTF-8 bytes. */
  listLatest(bucket: string, query: ListingQuery): Listing<ObjectVersion> {
    const rows = this.#index
      .prepare<PageStart, Row>(
        `SELECT ${COLUMNS} FROM object_version
         WHERE bucket = :bucket AND is_latest AND NOT is_delete_marker
           AND key >= max(:prefix, :after)
         ORDER BY key`,
      )
      .iterate(pageStart(bucket, query));
    return paginate(rows, toVersion, query);
  }

  /** All versions and delete markers, by key, newest first. */
  listAll(bucket: string, query: ListingQuery): Listing<ObjectVersion> {
    const rows = this.#index
      .prepare<PageStart, Row>(
        `SELECT ${COLUMNS} FROM object_version
         WHERE bucket = :bucket AND key >= max(:prefix, :after)
         ORDER BY key, sequence DESC`,
      )
      .iterate(pageStart(bucket, query));
    return paginate(rows, toVersion, query);
  }
}

interface PageStart {
  bucket: string;
  prefix: string;
  after: string;
}

function pageStart(bucket: string, { prefix, after }: ListingQuery): PageStart {
  const name = after === undefined ? "" : "key" in after ? after.key : after.commonPrefix;
  return { bucket, prefix, after: name };
}

function toVersion(row: Row): ObjectVersion {
  return {
    ...row,
    isLatest: row.isLatest === 1,
    isDeleteMarker: row.isDeleteMarker === 1,
    headers: JSON.parse(row.headers) as Record<string, string>,
  };
}
