import { DslError } from "../../core/dsl-error.ts";
import { historyKey, MANIFEST_KEY } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { PublishAction } from "./publish-action.ts";
import { decodeManifest } from "./published.ts";

const JSON_TYPE = "application/json";

/**
 * Makes a version current, whose blocks and block lists are in the bucket. Throws a DslError
 * (`publish_conflict`) when somebody else published meanwhile.
 *
 * The history is written first, so that every version that was ever current is in it, but never over
 * what is there: a publisher that loses a race may come to this line long after the winner. A run that
 * was killed, or lost, leaves a history object of a version that never became current; it is overwritten
 * by whoever makes that version current, and once more looked at by whoever replaces it, so that of all
 * versions before the current one the history is right.
 *
 * Resolves with the ETag of what is current now; null where that is not known, because an answer got lost.
 */
export async function publishManifest(
  store: ObjectStore,
  { manifest, bytes, replaces }: PublishAction,
): Promise<string | null> {
  const key = historyKey(manifest.version);
  if (replaces !== null) await settleHistory(store, replaces);
  const kept = await store.putIf({ ifNoneMatch: "*" }, key, bytes, JSON_TYPE);
  const condition = replaces === null ? { ifNoneMatch: "*" as const } : { ifMatch: replaces };
  const written = await store.putIf(condition, MANIFEST_KEY, bytes, JSON_TYPE);
  if (written === null) await expectOwnManifest(store, bytes);
  if (kept === null) await store.put(key, bytes, JSON_TYPE);
  return written;
}

/** Of the version that is about to be replaced: whoever published it may have been killed meanwhile. */
async function settleHistory(store: ObjectStore, replaces: string): Promise<void> {
  const current = await store.get(MANIFEST_KEY);
  if (current?.etag !== replaces) return;
  const key = historyKey(decodeManifest(store, MANIFEST_KEY, current.body).version);
  if ((await store.stat(key))?.etag !== replaces) await store.put(key, current.body, JSON_TYPE);
}

/**
 * After a write whose condition did not hold: fine when the object is ours all the same, because the
 * answer to the first try got lost.
 */
async function expectOwnManifest(store: ObjectStore, bytes: Uint8Array): Promise<void> {
  const stored = await store.get(MANIFEST_KEY);
  if (stored?.body.equals(bytes)) return;
  if (stored === null) {
    throw new DslError(
      "publish_conflict",
      `Somebody else removed the current version from the bucket ${store.name} meanwhile`,
      "run this again to publish everything anew",
    );
  }
  throw publishConflict(decodeManifest(store, MANIFEST_KEY, stored.body).version);
}

/** The error of a publisher that lost the race against the one that published `version`. */
export function publishConflict(version: number): DslError {
  return new DslError(
    "publish_conflict",
    `Somebody else published version ${version} meanwhile; nothing was changed by this run`,
    "run this again to publish on top of it: what was uploaded is reused",
  );
}
