/**
 * Writes a new version into the bucket. The last step makes it current; whatever ends the process
 * before that leaves the old version whole, and the blocks uploaded so far are found by the next run.
 */

import { eachConcurrently } from "../../core/concurrency.ts";
import { blockKey, indexKey } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { DatabaseFacts, Published } from "../facts.ts";
import { encodeIndex } from "./manifest-build.ts";
import { type BlockSource, distinctBlocks, missingBlocks } from "./missing-blocks.ts";
import type { PublishAction } from "./publish-action.ts";
import { publishManifest } from "./publish-manifest.ts";
import { type UploadProgress, uploadBlocks } from "./upload-blocks.ts";

const INDEX_CONCURRENCY = 8;
/** After an upload that took longer, blocks that were counted as stored are looked for again. */
const RECHECK_MS = 3_600_000;

export interface PublishResult {
  /** The version that is current now. */
  version: number;
  /** Bytes sent: compressed blocks, block lists and manifests. */
  bytesUploaded: number;
  /** Bytes of all databases. */
  bytesTotal: number;
  blocksUploaded: number;
  blocksTotal: number;
  /** Of the manifest, where this run wrote it and knows it. */
  etag: string | null;
}

/** When each of the blocks in the bucket was written, by key. */
export type StoredBlocks = (store: ObjectStore) => Promise<ReadonlyMap<string, Date>>;

/**
 * Does what the plan says about publishing. Throws a DslError (`publish_conflict`) when somebody else
 * published since `published` was read. Whoever publishes again and again does not list the blocks each time.
 */
export async function publish(
  store: ObjectStore,
  action: PublishAction,
  databases: DatabaseFacts[],
  published: Published | null,
  onProgress: (progress: UploadProgress) => void = () => {},
  storedBlocks: StoredBlocks = listBlocks,
): Promise<PublishResult> {
  const blocks = distinctBlocks(databases);
  const result: PublishResult = {
    version: action.manifest.version,
    bytesUploaded: 0,
    bytesTotal: databases.reduce((sum, { size }) => sum + size, 0),
    blocksUploaded: 0,
    blocksTotal: blocks.length,
    etag: null,
  };
  if (action.action === "none") return result;

  await publishBlocks(store, blocks, published, result, onProgress, storedBlocks);
  await publishIndexes(store, databases, published, result);
  result.etag = await publishManifest(store, action);
  result.bytesUploaded += 2 * action.bytes.length;
  return result;
}

async function publishBlocks(
  store: ObjectStore,
  blocks: BlockSource[],
  published: Published | null,
  result: PublishResult,
  onProgress: (progress: UploadProgress) => void,
  storedBlocks: StoredBlocks,
): Promise<void> {
  const current = new Set(
    [...(published?.indexes.values() ?? [])]
      .flatMap((index) => index.blocks)
      .filter((block) => !published?.lostBlocks.has(block)),
  );
  for (;;) {
    const started = Date.now();
    const missing = await findMissing(store, blocks, current, storedBlocks);
    if (missing.length === 0) return;
    result.bytesUploaded += await uploadBlocks(store, missing, onProgress);
    result.blocksUploaded += missing.length;
    if (Date.now() - started < RECHECK_MS) return;
  }
}

async function findMissing(
  store: ObjectStore,
  blocks: BlockSource[],
  current: ReadonlySet<string>,
  storedBlocks: StoredBlocks,
): Promise<BlockSource[]> {
  const unknown = blocks.filter(({ sha256 }) => !current.has(sha256));
  if (unknown.length === 0) return [];
  const written = await storedBlocks(store);
  const stored = new Map(
    unknown.flatMap(({ sha256 }) => {
      const lastModified = written.get(blockKey(sha256));
      return lastModified === undefined ? [] : [[sha256, lastModified] as const];
    }),
  );
  return missingBlocks(unknown, current, stored, new Date());
}

async function listBlocks(store: ObjectStore): Promise<Map<string, Date>> {
  const listed = await store.list("blocks/");
  return new Map(listed.map(({ key, lastModified }) => [key, lastModified]));
}

/** Small, so those that are not in the current version are written whether they are there or not. */
async function publishIndexes(
  store: ObjectStore,
  databases: DatabaseFacts[],
  published: Published | null,
  result: PublishResult,
): Promise<void> {
  const indexes = databases.map(encodeIndex).filter(({ name }) => !published?.indexes.has(name));
  await eachConcurrently(indexes, INDEX_CONCURRENCY, async ({ name, bytes }) => {
    await store.put(indexKey(name), bytes, "application/octet-stream");
    result.bytesUploaded += bytes.length;
  });
}
