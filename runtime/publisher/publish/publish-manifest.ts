import { DslError } from "../../core/dsl-error.ts";
import { historyKey, MANIFEST_KEY, type Manifest } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { PublishAction } from "./publish-action.ts";
import { decodeManifest } from "./published.ts";

const JSON_TYPE = "application/json";

/**
 * Makes a version current, whose blocks and block lists are in the bucket. Throws a DslError
 * (`publish_conflict`) when somebody else published meanwhile.
 *
 * The history is written first, so that every version that was ever current is in it. A run that was
 * killed after that, or a publisher that loses the race, leaves a history object of a version that
 * never became current: the next one to publish that version overwrites it, and whoever wins a race
 * makes sure at the end that the history holds what is current.
 *
 * Resolves with the ETag of what is current now; null where that is not known, because an answer got lost.
 */
export async function publishManifest(
  store: ObjectStore,
  { manifest, bytes, replaces }: PublishAction,
): Promise<string | null> {
  const key = historyKey(manifest.version);
  const etag = await store.put(key, bytes, JSON_TYPE);
  const condition = replaces === null ? { ifNoneMatch: "*" as const } : { ifMatch: replaces };
  const written = await store.putIf(condition, MANIFEST_KEY, bytes, JSON_TYPE);
  if (written === null) await expectOwnManifest(store, manifest, bytes);
  if ((await store.stat(key))?.etag !== etag) await store.put(key, bytes, JSON_TYPE);
  return written;
}

/**
 * After a write whose condition did not hold: fine when the object is ours all the same, because the
 * answer to the first try got lost. Otherwise puts right the history and throws.
 */
async function expectOwnManifest(
  store: ObjectStore,
  manifest: Manifest,
  bytes: Uint8Array,
): Promise<void> {
  const stored = await store.get(MANIFEST_KEY);
  if (stored?.body.equals(bytes)) return;
  if (stored === null) {
    throw new DslError(
      "publish_conflict",
      `Somebody else removed the current version from the bucket ${store.name} meanwhile`,
      "run this again to publish everything anew",
    );
  }
  const { version } = decodeManifest(store, MANIFEST_KEY, stored.body);
  if (version === manifest.version) await store.put(historyKey(version), stored.body, JSON_TYPE);
  throw publishConflict(version);
}

/** The error of a publisher that lost the race against the one that published `version`. */
export function publishConflict(version: number): DslError {
  return new DslError(
    "publish_conflict",
    `Somebody else published version ${version} meanwhile; nothing was changed by this run`,
    "run this again to publish on top of it: what was uploaded is reused",
  );
}
