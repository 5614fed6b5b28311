import type { ObjectStore } from "../../core/store/object-store.ts";
import { FAILED, INBOX } from "./inbox-key.ts";
import { type LoadRecord, writeRecord } from "./load-record.ts";

/** Bytes that S3 copies at once: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const LARGEST_COPY = 5 * 1024 ** 3;

/**
 * Moves a file that could not be loaded to `inbox-failed/`, unless it is another by now or too large to be
 * moved, and says why beside it.
 */
export async function quarantine(store: ObjectStore, record: LoadRecord): Promise<void> {
  const { key, etag, size } = record;
  const target = FAILED + key.slice(INBOX.length);
  const reason = Buffer.from(JSON.stringify(record, null, 2));
  await store.put(`${target}.json`, reason, "application/json");
  const isMoved = size <= LARGEST_COPY && (await store.stat(key))?.etag === etag;
  if (isMoved) await store.copy(key, target);
  await writeRecord(store, record);
  if (isMoved) await store.delete([key]);
}
