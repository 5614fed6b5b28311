/**
 * Manifests and block lists as they are written. Pure, and canonical: fields have one order and
 * settings are sorted, so equal content gives equal bytes. The order of the keys in configuration
 * and metadata stays as it is: there it has a meaning (the order of tables and queries).
 */

import { hash } from "node:crypto";
import { basename } from "node:path";
import { encodeBlockIndex, type HotPages } from "../../core/format/block-index.ts";
import type { Load } from "../../core/format/loads.ts";
import {
  BLOCK_SIZE,
  MANIFEST_FORMAT,
  type Manifest,
  type ManifestDatabase,
  type Origin,
  type Publisher,
  parseManifest,
} from "../../core/format/manifest.ts";
import type { DatabaseFacts, SiteContent } from "../facts.ts";

export interface EncodedIndex {
  /** As ManifestDatabase has it. */
  name: string;
  bytes: Buffer;
}

export function encodeIndex(database: {
  size: number;
  blocks: string[];
  hot: HotPages | null;
}): EncodedIndex {
  const { size, blocks, hot } = database;
  const bytes = encodeBlockIndex({ blockSize: BLOCK_SIZE, size, blocks, hot });
  return { name: `${hash("sha256", bytes)}.bin`, bytes };
}

/**
 * What the manifest says of a database. `before` is what it said until now, if there was one of the
 * same name and origin: content that did not change keeps its time and its source.
 */
export function manifestEntry(
  database: DatabaseFacts,
  origin: Origin,
  before: ManifestDatabase | undefined,
  now: Date,
): ManifestDatabase {
  const isSame = before?.sha256 === database.sha256;
  return {
    name: database.name,
    origin,
    updatedAt: isSame ? before.updatedAt : now.toISOString(),
    source: isSame ? before.source : basename(database.source),
    size: database.size,
    sha256: database.sha256,
    index: encodeIndex(database).name,
    inspection: database.inspection,
    ...(database.cards?.length ? { cards: database.cards } : {}),
    ...(database.follows && { follows: { ...database.follows } }),
  };
}

export function buildManifest(
  version: number,
  publishedAt: Date,
  software: string,
  databases: ManifestDatabase[],
  site: SiteContent,
  loads: Load[] = [],
  publisher: Publisher | null = null,
): Manifest {
  return {
    format: MANIFEST_FORMAT,
    version,
    publishedAt: publishedAt.toISOString(),
    software,
    publisher,
    databases,
    config: site.config,
    metadata: site.metadata,
    settings: Object.fromEntries(
      Object.entries(site.settings).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    flags: {
      cors: site.flags.cors,
      crossdb: site.flags.crossdb,
      defaultDeny: site.flags.defaultDeny,
      ...(site.flags.password && { password: true }),
    },
    ...(site.loadRules === undefined || site.loadRules.length === 0
      ? {}
      : { loadRules: site.loadRules }),
    ...(site.collection === undefined ? {} : { collection: site.collection }),
    timeTravel: true,
    ...(site.keep === undefined ? {} : { keep: site.keep }),
    ...(loads.length === 0 ? {} : { loads }),
    ...(site.replica === undefined ? {} : { replica: site.replica }),
    ...(site.card === undefined ? {} : { card: site.card }),
  };
}

export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

/** True when two manifests say the same, whoever published them, whenever, after which loads and as whichever version. */
export function sameContent(one: Manifest, other: Manifest): boolean {
  return content(one) === content(other);
}

/** Parsed again, so that a manifest that was read and one that was built have the same form. */
function content(manifest: Manifest): string {
  const parsed = parseManifest(encodeManifest(manifest).toString());
  return JSON.stringify({ ...parsed, version: 0, publishedAt: "", publisher: null, loads: [] });
}
