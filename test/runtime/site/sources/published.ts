/** Publishes databases into a SmallS3 as `dsl update-stack` would, and makes databases to publish. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { encodeBlockIndex, type HotPages } from "../../../../runtime/core/format/block-index.ts";
import {
  BLOCK_SIZE,
  blockKey,
  indexKey,
  MANIFEST_FORMAT,
  MANIFEST_KEY,
  type Manifest,
  type ManifestDatabase,
} from "../../../../runtime/core/format/manifest.ts";
import { findHotPages } from "../../../../runtime/publisher/database/hot-pages.ts";

/** A database of about `megabytes`: table `data(id, text)` of rows with 1,000 random bytes, and `version(n)`. */
export function makeDatabase(path: string, megabytes: number, version = 1): void {
  const database = new Database(path);
  database.exec(`
    create table version (n integer);
    insert into version values (${version});
    create table data (id integer primary key, text text);
    with recursive counter(i) as (
      select 1 union all select i + 1 from counter where i < ${Math.round(megabytes * 1000)}
    )
    insert into data select i, hex(randomblob(250)) || hex(zeroblob(250)) from counter;
  `);
  database.close();
}

export interface PublishOptions {
  /** Bytes. */
  blockSize?: number;
  hot?: HotPages | null;
}

export function setVersion(path: string, version: number): void {
  const database = new Database(path);
  database.prepare("update version set n = ?").run(version);
  database.close();
}

export function publishDatabase(
  objects: Map<string, Buffer>,
  name: string,
  path: string,
  { blockSize = BLOCK_SIZE, hot = findHotPages(path) }: PublishOptions = {},
): ManifestDatabase {
  const file = readFileSync(path);
  const blocks: string[] = [];
  for (let start = 0; start < file.length; start += blockSize) {
    const block = file.subarray(start, start + blockSize);
    const sha256 = hash("sha256", block);
    blocks.push(sha256);
    if (!objects.has(blockKey(sha256))) objects.set(blockKey(sha256), zstdCompressSync(block));
  }
  const bytes = encodeBlockIndex({ blockSize, size: file.length, blocks, hot });
  const index = `${hash("sha256", bytes)}.bin`;
  objects.set(indexKey(index), bytes);
  return {
    name,
    origin: "typed",
    updatedAt: "2026-01-31T12:00:00.000Z",
    source: null,
    size: file.length,
    sha256: hash("sha256", file),
    index,
    inspection: { tables: [], views: [], summaries: null },
  };
}

export function makeManifest(version: number, databases: ManifestDatabase[]): Manifest {
  return {
    format: MANIFEST_FORMAT,
    version,
    publishedAt: "2026-01-31T12:00:00.000Z",
    software: "0.0.0",
    publisher: null,
    databases,
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  };
}

/** Publishes the files (database name → path) as `version`. */
export function publish(
  objects: Map<string, Buffer>,
  version: number,
  files: Record<string, string>,
  options: PublishOptions = {},
): Manifest {
  const databases = Object.entries(files).map(([name, path]) =>
    publishDatabase(objects, name, path, options),
  );
  const manifest = makeManifest(version, databases);
  objects.set(MANIFEST_KEY, Buffer.from(JSON.stringify(manifest)));
  return manifest;
}
