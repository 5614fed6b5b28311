/** Which objects of a bucket nobody needs any more. Pure; `collect.ts` does it. */

import { historyKey, MANIFEST_KEY } from "../../core/format/manifest.ts";
import { DEFAULT_VERSIONS, type Retention } from "../../core/format/retention.ts";
import type { ListedObject } from "../../core/store/object-store.ts";

/** Younger objects stay: a publisher may be about to refer to them (see missing-blocks.ts). */
export const KEPT_HOURS = 24;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Only what publishing writes is ever removed. */
const COLLECTED = /^(blocks|indexes|cards|manifests|code|layers)\//;

/**
 * Keys of the history that stay, the oldest first: of the versions up to the current one the newest, and those
 * that were current within some hours. Of the latter, where there are many, the last of each minute of the last
 * day and of each hour before: each that stays is read when others are removed.
 */
export function keptHistory(
  listing: ListedObject[],
  currentVersion: number,
  { versions, hours = 0 }: Retention = {},
): string[] {
  const current = historyKey(currentVersion);
  const history = listing
    .filter(({ key }) => /^manifests\/\d{10}\.json$/.test(key) && key <= current)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const now = serverTime(listing);
  const kept = new Set(history.slice(-(versions ?? DEFAULT_VERSIONS)).map(({ key }) => key));
  const spans = new Map<string, string>();
  for (const [at, { key, lastModified }] of history.entries()) {
    const next = history[at + 1];
    const wasCurrentFor = next === undefined ? 0 : now - next.lastModified.getTime();
    if (wasCurrentFor > hours * HOUR_MS || hours === 0) continue;
    const time = lastModified.getTime();
    const span = now - time > KEPT_HOURS * HOUR_MS ? HOUR_MS : MINUTE_MS;
    // Later ones of the same span take the place of earlier ones.
    spans.set(`${span} ${Math.floor(time / span)}`, key);
  }
  for (const key of spans.values()) kept.add(key);
  return history.map(({ key }) => key).filter((key) => kept.has(key));
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
