/**
 * Writes a new version into the bucket. The last step makes it current; whatever ends the process
 * before that leaves the old version whole, and the blocks uploaded so far are found by the next run.
 */
import {
  blockKey,
  historyKey,
  indexKey,
  MANIFEST_KEY,
  type Manifest,
} from "../../runtime/data/manifest.ts";
import { DslError } from "../errors.ts";
import type { DatabaseFacts, Published } from "../plan/inputs.ts";
import type { PublishAction } from "../plan/plan.ts";
import type { BucketStore } from "./bucket-store.ts";
import { eachConcurrently } from "./concurrency.ts";
import { encodeIndex } from "./manifest-build.ts";
import { type BlockSource, distinctBlocks, missingBlocks } from "./missing-blocks.ts";
import { decodeManifest } from "./published.ts";
import { type UploadProgress, uploadBlocks } from "./upload-blocks.ts";

const JSON_TYPE = "application/json";
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
}

/**
 * Does what the plan says about publishing. Throws a DslError (`publish_conflict`) when somebody else
 * published since `published` was read.
 */
export async function publish(
  store: BucketStore,
  action: PublishAction,
  databases: DatabaseFacts[],
  published: Published | null,
  onProgress: (progress: UploadProgress) => void = () => {},
): Promise<PublishResult> {
  const blocks = distinctBlocks(databases);
  const result: PublishResult = {
    version: action.manifest.version,
    bytesUploaded: 0,
    bytesTotal: databases.reduce((sum, { size }) => sum + size, 0),
    blocksUploaded: 0,
    blocksTotal: blocks.length,
  };
  if (action.action === "none") return result;

  await publishBlocks(store, blocks, published, result, onProgress);
  await publishIndexes(store, databases, published, result);
  await publishManifest(store, action, result);
  return result;
}

async function publishBlocks(
  store: BucketStore,
  blocks: BlockSource[],
  published: Published | null,
  result: PublishResult,
  onProgress: (progress: UploadProgress) => void,
): Promise<void> {
  const current = new Set(
    [...(published?.indexes.values() ?? [])].flatMap((index) => index.blocks),
  );
  for (;;) {
    const started = Date.now();
    const missing = await findMissing(store, blocks, current);
    if (missing.length === 0) return;
    result.bytesUploaded += await uploadBlocks(store, missing, onProgress);
    result.blocksUploaded += missing.length;
    if (Date.now() - started < RECHECK_MS) return;
  }
}

async function findMissing(
  store: BucketStore,
  blocks: BlockSource[],
  current: ReadonlySet<string>,
): Promise<BlockSource[]> {
  const unknown = blocks.filter(({ sha256 }) => !current.has(sha256));
  if (unknown.length === 0) return [];
  const listed = await store.list("blocks/");
  const written = new Map(listed.map(({ key, lastModified }) => [key, lastModified]));
  const stored = new Map(
    unknown.flatMap(({ sha256 }) => {
      const lastModified = written.get(blockKey(sha256));
      return lastModified === undefined ? [] : [[sha256, lastModified] as const];
    }),
  );
  return missingBlocks(unknown, current, stored, new Date());
}

/** Small, so those that are not in the current version are written whether they are there or not. */
async function publishIndexes(
  store: BucketStore,
  databases: DatabaseFacts[],
  published: Published | null,
  result: PublishResult,
): Promise<void> {
  const indexes = databases
    .map(encodeIndex)
    .filter(({ sha256 }) => !published?.indexes.has(sha256));
  await eachConcurrently(indexes, INDEX_CONCURRENCY, async ({ sha256, bytes }) => {
    await store.put(indexKey(sha256), bytes, JSON_TYPE);
    result.bytesUploaded += bytes.length;
  });
}

/**
 * Writes the history first, so that every version that was ever current is in it. A run that was
 * killed after that, or a publisher that loses the race, leaves a history object of a version that
 * never became current: the next one to publish that version overwrites it, and whoever wins a race
 * makes sure at the end that the history holds what is current.
 */
async function publishManifest(
  store: BucketStore,
  { manifest, bytes, replaces }: PublishAction,
  result: PublishResult,
): Promise<void> {
  const key = historyKey(manifest.version);
  const etag = await store.put(key, bytes, JSON_TYPE);
  const condition = replaces === null ? { ifNoneMatch: "*" as const } : { ifMatch: replaces };
  const written = await store.putIf(condition, MANIFEST_KEY, bytes, JSON_TYPE);
  if (written === null) await expectOwnManifest(store, manifest, bytes);
  if ((await store.etag(key)) !== etag) await store.put(key, bytes, JSON_TYPE);
  result.bytesUploaded += 2 * bytes.length;
}

/**
 * After a write whose condition did not hold: fine when the object is ours all the same, because the
 * answer to the first try got lost. Otherwise puts right the history and throws.
 */
async function expectOwnManifest(
  store: BucketStore,
  manifest: Manifest,
  bytes: Uint8Array,
): Promise<void> {
  const stored = await store.get(MANIFEST_KEY);
  if (stored?.body.equals(bytes)) return;
  if (stored === null) {
    throw new DslError(
      "publish_conflict",
      `Somebody else removed the current version from the bucket ${store.bucket} meanwhile`,
      "run this again to publish everything anew",
    );
  }
  const { version } = decodeManifest(store, MANIFEST_KEY, stored.body);
  if (version === manifest.version) await store.put(historyKey(version), stored.body, JSON_TYPE);
  throw new DslError(
    "publish_conflict",
    `Somebody else published version ${version} meanwhile; nothing was changed by this run`,
    "run this again to publish on top of it: what was uploaded is reused",
  );
}
