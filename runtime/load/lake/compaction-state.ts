/**
 * Who makes one file of many, up to which day that is done, and what whoever was killed has left half done:
 * one document in the bucket.
 */
import {
  asArray,
  asCount,
  asNull,
  asObject,
  asString,
  parseJson,
} from "../../core/format/check.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { COMPACTION_KEY } from "./lake-keys.ts";
import { changeDocument, readDocument } from "./shared-document.ts";

/** A file that is about to be written, and the files that go when it is there. */
export interface Merge {
  target: string;
  sources: string[];
}

export interface CompactionState {
  /** Who is at it, until when at the latest (milliseconds since 1970). */
  owner: string;
  until: number;
  /** The first day that is not done: YYYY-MM-DD. */
  day: string;
  /** When there may be something to do again. */
  next: number;
  merge: Merge | null;
}

/** Longer than a function runs: whoever has not come back by then is gone. */
const LEASE_MS = 15 * 60_000;

const FORMAT = {
  encode: (state: CompactionState) => JSON.stringify(state),
  parse: (text: string): CompactionState => {
    const { owner, until, day, next, merge } = asObject(parseJson(text, "compaction"), "state");
    return {
      owner: asString(owner, "owner"),
      until: asCount(until, "until"),
      day: asString(day, "day"),
      next: asCount(next, "next"),
      merge: asNull(merge, "merge", (value, where) => {
        const { target, sources } = asObject(value, where);
        return {
          target: asString(target, "target"),
          sources: asArray(sources, "sources", asString),
        };
      }),
    };
  },
};

/** What there is to do for `owner`, who alone is at it then; null when it is not time, or another is at it. */
export async function begin(
  store: ObjectStore,
  owner: string,
  firstDay: string,
  now: number,
): Promise<CompactionState | null> {
  const isFree = (state: CompactionState | null) =>
    state === null || (state.next <= now && (state.until < now || state.owner === owner));
  // Most often there is nothing to do, and looking is enough.
  if (!isFree(await readDocument(store, COMPACTION_KEY, FORMAT))) return null;
  const state = await changeDocument(store, COMPACTION_KEY, FORMAT, (before) => {
    if (!isFree(before)) return null;
    const { day, merge } = before ?? { day: firstDay, merge: null };
    return { owner, until: now + LEASE_MS, day, next: 0, merge };
  });
  return state?.owner === owner && state.next === 0 ? state : null;
}

/** Writes down what is done next, or done. Throws when somebody else is at it by now. */
export async function note(
  store: ObjectStore,
  owner: string,
  change: Partial<CompactionState>,
): Promise<void> {
  await changeDocument(store, COMPACTION_KEY, FORMAT, (before) => {
    if (before?.owner !== owner) throw new Error("somebody else compacts the lake by now");
    return { ...before, ...change };
  });
}
