/** The function that loads what is dropped into the inbox; SQS gives it one event at a time. */
import { log, logError } from "../../core/log.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { S3Store } from "../../core/store/s3-store.ts";
import { collectAtTimes } from "../../load/inbox/collect-at-times.ts";
import { loadObject } from "../../load/inbox/load-object.ts";
import { type ObjectEvent, parseQueueEvent } from "../../load/inbox/object-event.ts";

/** The share of the function's time that may go into reading a file; the rest is for publishing it. */
const READING = 0.8;
/** With less time left nothing is tidied up. */
const TIDY_MS = 120_000;

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Throws when something may go better the next time: the event stays in the queue then. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  for (const objectEvent of parseQueueEvent(event)) {
    const store = new S3Store(objectEvent.bucket);
    const deadline = Date.now() + context.getRemainingTimeInMillis() * READING;
    await loadOne(store, objectEvent, deadline);
    if (context.getRemainingTimeInMillis() > TIDY_MS) await tidy(store);
  }
}

async function loadOne(store: ObjectStore, event: ObjectEvent, deadline: number): Promise<void> {
  const { key } = event;
  try {
    const record = await loadObject(store, event, deadline);
    if (record === null) {
      log("info", "nothing to load", { key });
    } else {
      const { status, database, version, milliseconds, error } = record;
      const level = error === null ? "info" : "warn";
      log(level, `load ${status}`, { key, database, version, milliseconds, ...error });
    }
  } catch (error) {
    logError(`${key} could not be loaded now`, error);
    throw error;
  }
}

/** What goes wrong here is no reason to load the file again. */
async function tidy(store: ObjectStore): Promise<void> {
  try {
    const collected = await collectAtTimes(store);
    if (collected !== null) log("info", "removed old versions", { objects: collected.objects });
  } catch (error) {
    logError("old versions could not be removed", error);
  }
}
