/**
 * What became of a file of the inbox, kept in the bucket: for its owner, and so that an event that comes
 * twice, or late, does nothing.
 *
 *     loads/files/<sha256 of the key>.json     the last load of a file
 *     loads/log/<time>-<sha256, 12 digits>.json   the same, kept for the list of loads
 */
import { hash } from "node:crypto";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { NewLoad } from "../../publisher/publish/recent-loads.ts";
import { loadedTable, type TableReport } from "../model/report.ts";
import { INBOX } from "./inbox-key.ts";

export interface LoadRecord {
  /** Of the file in the inbox. */
  key: string;
  etag: string;
  /** Of the newest event that was heeded: S3 orders the events of one key by it. */
  sequencer: string;
  status: "published" | "unchanged" | "failed";
  /** When it ended; ISO 8601, UTC. */
  at: string;
  milliseconds: number;
  /** Bytes of the file. */
  size: number;
  database: string | null;
  /** The version of the site that has it. */
  version: number | null;
  tables: TableReport[];
  warnings: string[];
  /** Why it failed; `line` is of the file, from 1. */
  error: { code: string; message: string; hint: string; line: number | null } | null;
}

const JSON_TYPE = "application/json";
const LOG = "loads/log/";

export function fileRecordKey(key: string): string {
  return `loads/files/${hash("sha256", key)}.json`;
}

/** The last load of the file; null when there was none. */
export async function readFileRecord(store: ObjectStore, key: string): Promise<LoadRecord | null> {
  const stored = await store.get(fileRecordKey(key));
  return stored === null ? null : (JSON.parse(stored.body.toString()) as LoadRecord);
}

export async function writeRecord(store: ObjectStore, record: LoadRecord): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(record));
  const logKey = `${LOG}${record.at}-${hash("sha256", record.key).slice(0, 12)}.json`;
  await store.put(logKey, bytes, JSON_TYPE);
  await store.put(fileRecordKey(record.key), bytes, JSON_TYPE);
}

/** The record as the manifest lists it. */
export function summaryOf(record: LoadRecord): NewLoad {
  const { key, sequencer, status, at, milliseconds, size, database, warnings, error } = record;
  return {
    id: sequencer,
    source: key.slice(INBOX.length),
    status,
    at,
    milliseconds,
    size,
    database,
    tables: record.tables.map(loadedTable),
    warnings,
    error: error && { message: error.message, hint: error.hint, line: error.line },
  };
}

/** The newest `limit` loads, newest first. */
export async function readLoads(store: ObjectStore, limit: number): Promise<LoadRecord[]> {
  const keys = (await store.list(LOG)).map(({ key }) => key).sort();
  const newest = keys.slice(-limit).reverse();
  const stored = await Promise.all(newest.map((key) => store.get(key)));
  return stored
    .filter((each) => each !== null)
    .map(({ body }) => JSON.parse(body.toString()) as LoadRecord);
}

/** True when an event with this sequencer says nothing new: digits of hexadecimal, shorter ones are padded. */
export function isHeeded(record: LoadRecord | null, sequencer: string): boolean {
  if (record === null) return false;
  const length = Math.max(record.sequencer.length, sequencer.length);
  return sequencer.padStart(length, "0") <= record.sequencer.padStart(length, "0");
}
