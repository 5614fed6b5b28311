import { hash } from "node:crypto";
import { eachConcurrently } from "../../core/concurrency.ts";
import { DslError } from "../../core/dsl-error.ts";
import { type BlockIndex, hashOfIndex, parseBlockIndex } from "../../core/format/block-index.ts";
import { InvalidData } from "../../core/format/check.ts";
import {
  blockKey,
  indexKey,
  MANIFEST_KEY,
  type Manifest,
  parseManifest,
} from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { Published } from "../facts.ts";

const CONCURRENCY = 8;
const BLOCKS_PREFIX = "blocks/";

/**
 * Reads the current version: its manifest, the block lists of its databases, and which of its blocks
 * are there. null: there is none.
 */
export async function readPublished(store: ObjectStore): Promise<Published | null> {
  const stored = await store.get(MANIFEST_KEY);
  if (stored === null) return null;
  const manifest = decodeManifest(store, MANIFEST_KEY, stored.body);
  const [indexes, listed] = await Promise.all([
    readIndexes(store, [manifest]),
    store.list(BLOCKS_PREFIX),
  ]);
  const present = new Set(listed.map(({ key }) => key));
  const blocks = [...indexes.values()].flatMap((index) => index.blocks);
  const lostBlocks = new Set(blocks.filter((block) => !present.has(blockKey(block))));
  return { manifest, bytes: stored.body, etag: stored.etag, indexes, lostBlocks };
}

/** Parses a manifest. Throws a DslError that names the object when it is none. */
export function decodeManifest(store: ObjectStore, key: string, body: Buffer): Manifest {
  try {
    return parseManifest(body.toString("utf8"));
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw new DslError(
      "bad_manifest",
      `${key} in the bucket ${store.name} is not what dsl writes: ${error.message}`,
      "install the newest dsl; if that does not help, put back a version from manifests/",
      { cause: error },
    );
  }
}

/**
 * Reads the block lists that these manifests name, by `ManifestDatabase.index`. One that is missing
 * or damaged is left out: its blocks then count as not published.
 */
export async function readIndexes(
  store: ObjectStore,
  manifests: Manifest[],
): Promise<Map<string, BlockIndex>> {
  const names = new Set(manifests.flatMap(({ databases }) => databases.map(({ index }) => index)));
  const indexes = new Map<string, BlockIndex>();
  await eachConcurrently(names, CONCURRENCY, async (name) => {
    const stored = await store.get(indexKey(name));
    const index = stored === null ? null : decodeIndex(name, stored.body);
    if (index !== null) indexes.set(name, index);
  });
  return indexes;
}

function decodeIndex(name: string, body: Buffer): BlockIndex | null {
  if (hash("sha256", body) !== hashOfIndex(name)) return null;
  try {
    return parseBlockIndex(body);
  } catch (error) {
    if (error instanceof InvalidData) return null;
    throw error;
  }
}
