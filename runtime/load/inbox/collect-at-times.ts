import type { ObjectStore } from "../../core/store/object-store.ts";
import { collectGarbage } from "../../publisher/collect/collect.ts";

/** Says when old versions were last removed. */
const MARK = "loads/collected.json";
const EVERY_MS = 6 * 3_600_000;
/** S3 deletes 1,000 objects a call, in less than a second. */
const MOST = 50_000;

/**
 * Removes what no kept version needs, for sites that are published by their inbox only: some times a day, so
 * that loads stay quick. Resolves with what was removed; null when it is not yet time.
 */
export async function collectAtTimes(store: ObjectStore): Promise<{ objects: number } | null> {
  const mark = await store.stat(MARK);
  if (mark !== null && Date.now() - mark.lastModified.getTime() < EVERY_MS) return null;
  // First: two that begin at the same time do no harm, but one is enough.
  await store.put(MARK, Buffer.from("{}"), "application/json");
  return await collectGarbage(store, null, MOST);
}
