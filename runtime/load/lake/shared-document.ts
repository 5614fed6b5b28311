/** A small document in the bucket that several loaders read and change, none over another's change. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "../../core/store/object-store.ts";

const ATTEMPTS = 20;
const PAUSE_MS = 100;

export interface Format<T> {
  /** Throws InvalidData. */
  parse(text: string): T;
  encode(value: T): string;
}

/** Null where there is none. */
export async function readDocument<T>(
  store: ObjectStore,
  key: string,
  format: Format<T>,
): Promise<T | null> {
  const stored = await store.get(key);
  return stored && format.parse(stored.body.toString());
}

/**
 * Makes the document what `change` says, which is asked again when somebody else was faster; null leaves it
 * as it is. Resolves with the document that is there then. Throws when others are always faster.
 */
export async function changeDocument<T>(
  store: ObjectStore,
  key: string,
  format: Format<T>,
  change: (before: T | null) => T | null,
): Promise<T | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const stored = await store.get(key);
    const before = stored && format.parse(stored.body.toString());
    const after = change(before);
    if (after === null) return before;
    const condition = stored === null ? { ifNoneMatch: "*" as const } : { ifMatch: stored.etag };
    const body = Buffer.from(format.encode(after));
    if ((await store.putIf(condition, key, body, "application/json")) !== null) return after;
    await sleep(Math.random() * PAUSE_MS);
  }
  throw new Error(`${key} is being changed all the time`);
}
