/** The function that loads what is dropped into the inbox; SQS gives it one event at a time. */
import { log, logError } from "../../core/log.ts";
import { S3Store } from "../../core/store/s3-store.ts";
import { loadObject } from "../../load/inbox/load-object.ts";
import { parseQueueEvent } from "../../load/inbox/object-event.ts";

/** Throws when something may go better the next time: the event stays in the queue then. */
export async function handler(event: unknown): Promise<void> {
  for (const objectEvent of parseQueueEvent(event)) {
    const { bucket, key } = objectEvent;
    try {
      const record = await loadObject(new S3Store(bucket), objectEvent);
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
}
