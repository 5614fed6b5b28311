/** Which objects of a bucket nobody needs any more. Pure; `collect.ts` does it. */

import { historyKey, MANIFEST_KEY } from "../../core/format/manifest.ts";
import type { ListedObject } from "../../core/store/object-store.ts";

/** How many versions stay, the current one included. */
export const KEPT_VERSIONS = 10;
/** Younger objects stay: a publisher may be about to refer to them (see missing-blocks.ts). */
export const KEPT_HOURS = 24;

const HOUR_MS = 3_600_000;
/** Only what publishing writes is ever removed. */
const COLLECTED = /^(blocks|indexes|cards|manifests|code|layers)\//;

/** Keys of the history that stay: those of the newest versions up to the current one. */
export function keptHistory(listing: ListedObject[], currentVersion: number): string[] {
  const current = historyKey(currentVersion);
  return listing
    .map(({ key }) => key)
    .filter((key) => /^manifests\/\d{10}\.json$/.test(key) && key <= current)
    .sort()
    .slice(-KEPT_VERSIONS);
}

/** The objects that could be removed if nothing refers to them. */
export function oldObjects(listing: ListedObject[]): ListedObject[] {
  const now = serverTime(listing);
  return listing.filter(
    ({ key, lastModified }) =>
      COLLECTED.test(key) && now - lastModified.getTime() > KEPT_HOURS * HOUR_MS,
  );
}

/**
 * The keys to delete: old, and not among those that something refers to. History first, so that a
 * collection that breaks off leaves no version whose blocks are gone.
 */
export function garbage(listing: ListedObject[], referenced: ReadonlySet<string>): string[] {
  const keys = oldObjects(listing)
    .map(({ key }) => key)
    .filter((key) => !referenced.has(key));
  const isHistory = (key: string) => key.startsWith("manifests/");
  return [...keys.filter(isHistory), ...keys.filter((key) => !isHistory(key))];
}

/**
 * The present by the clock that also stamped the objects: when `manifest.json` was written, which is
 * just before the collection. A wrong clock on this machine can so not make objects look old.
 */
function serverTime(listing: ListedObject[]): number {
  return listing.find(({ key }) => key === MANIFEST_KEY)?.lastModified.getTime() ?? 0;
}
