/**
 * What is stored in the bucket, and under which keys. Written by `src/publish/`, read by the runtime.
 *
 *     manifest.json                 the current version (a Manifest)
 *     manifests/0000000007.json     the same bytes, kept as history
 *     indexes/<sha256>.json         a BlockIndex; named by the SHA-256 of its own bytes
 *     blocks/<ab>/<sha256>.zst      one block, zstd; named by the SHA-256 of its raw bytes
 */
import type { Inspection } from "../queries/inspection.ts";

export const MANIFEST_KEY = "manifest.json";
export const MANIFEST_FORMAT = 1;
/** Raw bytes of a block; the last block of a file is shorter. */
export const BLOCK_SIZE = 1024 * 1024;

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  /** 1 for the first version of a stack, then one more each time. */
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** Version of dsl that published it. */
  software: string;
  /** In the order in which they are shown. */
  databases: ManifestDatabase[];
  /** Datasette configuration (`-c`) and metadata (`-m`) as the user wrote them, parsed. */
  config: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** Settings given with `--setting`; they win over those in `config`. */
  settings: Record<string, string>;
  /** `--cors`, `--crossdb`, `--default-deny`. */
  flags: { cors: boolean; crossdb: boolean; defaultDeny: boolean };
}

export interface ManifestDatabase {
  name: string;
  /** Bytes of the database file. */
  size: number;
  /** SHA-256 of the whole database file, hex. */
  sha256: string;
  /** SHA-256 of the BlockIndex's bytes, hex: its key is `indexKey(index)`. */
  index: string;
  inspection: Inspection;
}

export interface BlockIndex {
  blockSize: number;
  /** Bytes of the database file. */
  size: number;
  /** SHA-256 of each block's raw bytes, hex, in file order. */
  blocks: string[];
}

export function historyKey(version: number): string {
  return `manifests/${String(version).padStart(10, "0")}.json`;
}

export function indexKey(sha256: string): string {
  return `indexes/${sha256}.json`;
}

export function blockKey(sha256: string): string {
  return `blocks/${sha256.slice(0, 2)}/${sha256}.zst`;
}
