/**
 * Where the local S3 keeps what it knows: one SQLite file for names and metadata, so that every
 * change is one transaction, and one file per object body beside it.
 *
 *     s3/index.db            buckets, object versions, multipart uploads
 *     s3/bodies/ab/ab12…     finished bodies, named at random, referred to by the index
 *     s3/incoming/…          bodies that are still arriving; emptied at every start
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

// SQLite compares TEXT by its UTF-8 bytes, which is the order in which S3 lists keys.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS bucket (
  name TEXT PRIMARY KEY,
  region TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS bucket_configuration (
  bucket TEXT NOT NULL REFERENCES bucket ON DELETE CASCADE,
  subresource TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (bucket, subresource)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS object_version (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL REFERENCES bucket,
  key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  is_latest INTEGER NOT NULL,
  is_delete_marker INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  body TEXT,
  headers TEXT NOT NULL,
  UNIQUE (bucket, key, version_id)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS latest_version ON object_version (bucket, key) WHERE is_latest;

CREATE TABLE IF NOT EXISTS upload (
  upload_id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL REFERENCES bucket,
  key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  headers TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS part (
  upload_id TEXT NOT NULL REFERENCES upload ON DELETE CASCADE,
  number INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (upload_id, number)
) STRICT, WITHOUT ROWID;
`;

/** Opens the index, creating it when there is none. */
export function openIndex(home: string): Database.Database {
  const folder = join(home, "s3");
  mkdirSync(folder, { recursive: true });
  const index = new Database(join(folder, "index.db"));
  index.pragma("journal_mode = WAL");
  index.pragma("synchronous = NORMAL");
  index.pragma("foreign_keys = ON");
  index.exec(SCHEMA);
  return index;
}
