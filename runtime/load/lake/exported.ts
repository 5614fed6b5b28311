/** Up to which batch a database of events is in the lake. */
import { asCount, asObject, asString, parseJson } from "../../core/format/check.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { dayOf, exportedKey } from "./lake-keys.ts";
import { changeDocument, readDocument } from "./shared-document.ts";

export interface Exported {
  /** The last batch, and with it all before it. */
  loadId: string;
  /** When that was written down, in milliseconds since 1970. */
  at: number;
  /** The same of the first batch of this batch's day. */
  since: number;
}

const FORMAT = {
  encode: (exported: Exported) => JSON.stringify(exported),
  parse: (text: string): Exported => {
    const { loadId, at, since } = asObject(parseJson(text, "what is exported"), "exported");
    return {
      loadId: asString(loadId, "loadId"),
      at: asCount(at, "at"),
      since: asCount(since, "since"),
    };
  },
};

export function readExported(store: ObjectStore, database: string): Promise<Exported | null> {
  return readDocument(store, exportedKey(database), FORMAT);
}

/** Says that this batch is in the lake, unless a later one is said to be. */
export async function markExported(
  store: ObjectStore,
  database: string,
  loadId: string,
): Promise<void> {
  await changeDocument(store, exportedKey(database), FORMAT, (before) => {
    if (before !== null && before.loadId >= loadId) return null;
    const at = Date.now();
    const isSameDay = before !== null && dayOf(before.loadId) === dayOf(loadId);
    return { loadId, at, since: isSameDay ? before.since : at };
  });
}

/** Longer than any function runs that may still be writing what it found was not yet exported. */
export const SETTLED_MS = 15 * 60_000;

/** Whether a batch is in the lake, and nobody can still be about to write it a second time. */
export function isSettled({ loadId: last, at, since }: Exported, loadId: string, now: number) {
  if (loadId > last) return false;
  const marked = dayOf(loadId) < dayOf(last) ? since : at;
  return now - marked > SETTLED_MS;
}
