/**
 * What publishing works with: the databases as they were found, what the site is besides them, and
 * what is published already. Plain data, gathered by I/O elsewhere, so that planning needs none.
 */

import type { BlockIndex, HotPages } from "../core/format/block-index.ts";
import type { Follows } from "../core/format/follows.ts";
import type { Inspection } from "../core/format/inspection.ts";
import type { Card, Manifest } from "../core/format/manifest.ts";

/** A database that is to be published under this name. */
export interface NamedDatabase {
  name: string;
  path: string;
  /** The file that the user named, where `path` was made from it. */
  source?: string;
}

/**
 * Configuration, metadata, settings and flags, as they go into the manifest, and the site's card; rules for the
 * inbox, which stay as they are published where they are absent; where events go; and whether it is a replica.
 */
export type SiteContent = Pick<
  Manifest,
  | "config"
  | "metadata"
  | "settings"
  | "flags"
  | "loadRules"
  | "keep"
  | "card"
  | "collection"
  | "replica"
>;

/** One database as it was found on this machine; made by `database/prepare.ts`. */
export interface DatabaseFacts {
  name: string;
  /** The file that the user named. */
  source: string;
  /** The private copy that is published: it does not change any more. */
  snapshot: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of the snapshot, hex. */
  sha256: string;
  /** SHA-256 of each 1 MiB block, hex, in file order. */
  blocks: string[];
  /** What a first query reads. */
  hot: HotPages | null;
  inspection: Inspection;
  /** Estimated bytes inside a zip. */
  zippedSize: number;
  /** Cards to be published with it; absent: none. */
  cards?: Card[];
  /** Up to where it follows a replica; absent: it follows none, or not by a function. */
  follows?: Follows;
}

/** The current version in the bucket; read by `publish/published.ts`. */
export interface Published {
  manifest: Manifest;
  /** The manifest as it is stored. */
  bytes: Uint8Array;
  /** The ETag that the next publish must still find. */
  etag: string;
  /** Block lists of its databases by `ManifestDatabase.index`; one that cannot be read is absent. */
  indexes: ReadonlyMap<string, BlockIndex>;
  /** Blocks (SHA-256) that these lists name and that are not in the bucket. */
  lostBlocks: ReadonlySet<string>;
}
