import { eachConcurrently } from "../../core/concurrency.ts";
import { DslError } from "../../core/dsl-error.ts";
import {
  blockKey,
  cardIds,
  cardKey,
  historyKey,
  indexKey,
  MANIFEST_KEY,
  type Manifest,
} from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { decodeManifest, readIndexes } from "../publish/published.ts";
import { garbage, keptHistory, oldObjects } from "./garbage.ts";

const CONCURRENCY = 8;
const CONTENT = ["blocks/", "indexes/", "cards/", "manifests/"];
const ZIPS = ["code/", "layers/"];

export interface Collected {
  objects: number;
  /** Bytes freed. */
  bytes: number;
}

/**
 * Removes from the bucket what no kept version refers to and what is older than a day: to be called
 * after a successful publish. `inUse` are the keys of zips that the stacks refer to, those of before
 * this update included, because a rollback needs them; null: the caller does not know them, and zips
 * stay. At most `most` objects are removed; the rest is left to the next time.
 *
 * Throws when something cannot be read or deleted; the caller makes a warning of it. Then less is
 * deleted than could be, never more.
 */
export async function collectGarbage(
  store: ObjectStore,
  inUse: readonly string[] | null,
  most = Number.POSITIVE_INFINITY,
): Promise<Collected> {
  const prefixes = [MANIFEST_KEY, ...CONTENT, ...(inUse === null ? [] : ZIPS)];
  const listing = (await Promise.all(prefixes.map((prefix) => store.list(prefix)))).flat();
  if (oldObjects(listing).length === 0) return { objects: 0, bytes: 0 };

  const current = await readManifest(store, MANIFEST_KEY);
  const history = keptHistory(listing, current.version, current.keep);
  const manifests = [current];
  await eachConcurrently(history, CONCURRENCY, async (key) => {
    manifests.push(await readManifest(store, key));
  });
  const referenced = new Set([...(inUse ?? []), ...history, historyKey(current.version)]);
  for (const key of await contentKeys(store, manifests)) referenced.add(key);

  const keys = garbage(listing, referenced).slice(0, most);
  await store.delete(keys);
  const deleted = new Set(keys);
  const bytes = listing
    .filter(({ key }) => deleted.has(key))
    .reduce((sum, { size }) => sum + size, 0);
  return { objects: keys.length, bytes };
}

/** The keys of all block lists, blocks and cards of these versions. */
async function contentKeys(store: ObjectStore, manifests: Manifest[]): Promise<string[]> {
  const indexes = await readIndexes(store, manifests);
  for (const { version, databases } of manifests) {
    const lost = databases.find(({ index }) => !indexes.has(index));
    if (lost !== undefined) {
      throw new DslError(
        "bad_index",
        `The block list of ${lost.name} in version ${version} is missing or damaged`,
        "publish again; old versions are kept until that one is no longer among the newest",
      );
    }
  }
  return [
    ...[...indexes].flatMap(([name, { blocks }]) => [indexKey(name), ...blocks.map(blockKey)]),
    ...manifests.flatMap(cardIds).map(cardKey),
  ];
}

async function readManifest(store: ObjectStore, key: string): Promise<Manifest> {
  const stored = await store.get(key);
  if (stored === null) {
    throw new DslError(
      "bad_manifest",
      `${key} vanished from the bucket meanwhile`,
      "publish again",
    );
  }
  return decodeManifest(store, key, stored.body);
}
