/**
 * Rows that are added must not be added twice when the function is killed after it has published and
 * before it has said so. So what is about to be published is written down first:
 *
 *     loads/begun/<sha256 of key and sequencer>/<version it builds on>-<sha256 of the new database>
 *
 * and an event that comes again looks whether one of these was ever published. A publish succeeds only on
 * top of the database that it was made from, so of two functions that handle the same event at once the
 * slower one is refused, looks again and finds the other's.
 */
import { hash } from "node:crypto";
import { historyKey, type Manifest, parseManifest } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { ObjectEvent } from "./object-event.ts";

/** To be called before `sha256` is published as the new state of a database, on top of `version`. */
export async function writeBegun(
  store: ObjectStore,
  event: ObjectEvent,
  version: number,
  sha256: string,
): Promise<void> {
  const key = `${prefixOf(event)}${version}-${sha256}`;
  await store.put(key, Buffer.from("{}"), "application/json");
}

/**
 * The version that has what an earlier try at this event made of the database; null when none has, so that
 * it has to be made (again).
 */
export async function versionOfBegun(
  store: ObjectStore,
  event: ObjectEvent,
  database: string,
  current: Manifest,
): Promise<number | null> {
  const begun = (await store.list(prefixOf(event))).map(({ key }) => key.split("/").at(-1) ?? "");
  if (begun.length === 0) return null;
  const wanted = new Set(begun.map((name) => name.split("-")[1]));
  const holds = ({ databases }: Manifest) =>
    databases.some(({ name, sha256 }) => name === database && wanted.has(sha256));
  if (holds(current)) return current.version;
  const first = Math.min(...begun.map((name) => Number(name.split("-")[0])));
  for (let version = current.version - 1; version > first; version--) {
    // Versions stay in the history for a day at least; an event comes again within an hour.
    const stored = await store.get(historyKey(version));
    if (stored !== null && holds(parseManifest(stored.body.toString()))) return version;
  }
  return null;
}

function prefixOf({ key, sequencer }: ObjectEvent): string {
  return `loads/begun/${hash("sha256", `${key}\n${sequencer}`)}/`;
}
