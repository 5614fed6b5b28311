/**
 * One file of the many that a day has, once it is over and nobody can still write one of its batches a second
 * time. What is about to be done is written down first: whoever is killed leaves files that another can finish
 * or leave. Between the moment when the new file is there and the one when the old ones are gone, whoever lists
 * the day finds rows twice: S3 knows no change of several objects at once.
 */
import { createHash, randomUUID } from "node:crypto";
import type { ListedObject, ObjectStore } from "../../core/store/object-store.ts";
import { begin, type CompactionState, type Merge, note } from "./compaction-state.ts";
import { type Exported, isSettled, readExported } from "./exported.ts";
import { batchOf, compactedKey, dayFolder, SCHEMA_KEY } from "./lake-keys.ts";
import { type LakeColumn, SCHEMA } from "./lake-schema.ts";
import { readDocument } from "./shared-document.ts";

/** Bytes: larger files stay as they are. */
const SMALL = 16_000_000;
/** Bytes of the files that become one, whose rows are not in memory all at once. */
const MERGED = 64_000_000;
/** S3 deletes so many objects at once, so that old files go in one moment. */
const AT_ONCE = 1000;
const FETCHED_AT_ONCE = 8;
const DAY_MS = 86_400_000;
const SOON_MS = 15 * 60_000;
/** After so many days a file that is not settled is left alone. */
const PATIENCE_DAYS = 7;

const owner = randomUUID();

export interface Compacted {
  /** Files that went. */
  files: number;
}

/**
 * Goes on with what there is to do until `deadline` (milliseconds since 1970) and ends soon after it. Null when
 * there was nothing to do, or another does it. Throws what may pass.
 */
export async function compactLake(
  store: ObjectStore,
  deadline: number,
  now: () => number = Date.now,
): Promise<Compacted | null> {
  const schema = await readDocument(store, SCHEMA_KEY, SCHEMA);
  if (schema === null) return null;
  const state = await begin(store, owner, schema.since, now());
  if (state === null) return null;
  if (state.merge !== null) await finish(store, state.merge);
  const work: Work = { store, deadline, now, exported: new Map(), files: 0 };
  const { day, next } = await compactDays(work, state, schema.tables);
  await note(store, owner, { day, next, until: 0, merge: null });
  return { files: work.files };
}

interface Work {
  store: ObjectStore;
  deadline: number;
  now(): number;
  /** By database. */
  exported: Map<string, Exported | null>;
  files: number;
}

async function compactDays(
  work: Work,
  state: CompactionState,
  tables: ReadonlyMap<string, readonly LakeColumn[]>,
): Promise<Pick<CompactionState, "day" | "next">> {
  const today = dayAt(work.now());
  let isSettledSoFar = true;
  let { day } = state;
  for (let at = day; at < today; at = dayAfter(at)) {
    for (const [table, columns] of tables) {
      if (work.now() > work.deadline) return { day, next: 0 };
      const isDone = await compactDay(work, table, columns, at);
      if (isDone === "later") return { day, next: 0 };
      const isGivenUp = Date.parse(today) - Date.parse(at) > PATIENCE_DAYS * DAY_MS;
      if (isDone === "unsettled" && !isGivenUp) isSettledSoFar = false;
    }
    if (isSettledSoFar) day = dayAfter(at);
  }
  const tomorrow = Date.parse(today) + DAY_MS + SOON_MS;
  return { day, next: isSettledSoFar ? tomorrow : work.now() + SOON_MS };
}

/** "later" when there was no time for all of it, "unsettled" when a file may still be written again. */
async function compactDay(
  work: Work,
  table: string,
  columns: readonly LakeColumn[],
  day: string,
): Promise<"done" | "later" | "unsettled"> {
  const { store, now } = work;
  const listed = (await store.list(dayFolder(table, day))).filter(
    ({ key, size }) => size <= SMALL && batchOf(key) !== null,
  );
  const settled: ListedObject[] = [];
  for (const file of listed) if (await isFinal(work, file.key)) settled.push(file);
  for (const group of groups(settled)) {
    if (now() > work.deadline) return "later";
    const sources = group.map(({ key }) => key);
    const tag = createHash("sha256").update(sources.join("\n")).digest("hex").slice(0, 16);
    const target = compactedKey(table, day, tag);
    const bytes = await merged(store, sources, columns);
    if (bytes === null) continue;
    await note(store, owner, { merge: { target, sources } });
    await store.put(target, bytes, "application/vnd.apache.parquet");
    await store.delete(sources);
    work.files += sources.length;
  }
  return settled.length === listed.length ? "done" : "unsettled";
}

/** Whether nobody writes this file any more. */
async function isFinal({ store, exported, now }: Work, key: string): Promise<boolean> {
  const batch = batchOf(key);
  if (batch === null) return false;
  const { database, loadId } = batch;
  if (!exported.has(database)) exported.set(database, await readExported(store, database));
  const last = exported.get(database);
  return last != null && isSettled(last, loadId, now());
}

/** Files that become one: at least two, not too many, not too large. */
function groups(files: readonly ListedObject[]): ListedObject[][] {
  const found: ListedObject[][] = [];
  let group: ListedObject[] = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length === AT_ONCE || (group.length > 0 && bytes + file.size > MERGED)) {
      found.push(group);
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.size;
  }
  return [...found, group].filter(({ length }) => length > 1);
}

/** Null when one of the files is gone. */
async function merged(
  store: ObjectStore,
  sources: readonly string[],
  columns: readonly LakeColumn[],
): Promise<Uint8Array | null> {
  const { ParquetFile, readParquet } = await import("./parquet.ts");
  const file = new ParquetFile(columns);
  const names = columns.map(({ name }) => name);
  for (let at = 0; at < sources.length; at += FETCHED_AT_ONCE) {
    const some = sources.slice(at, at + FETCHED_AT_ONCE);
    for (const stored of await Promise.all(some.map((key) => store.get(key)))) {
      if (stored === null) return null;
      for (const row of await readParquet(stored.body, names)) file.add(row);
    }
  }
  return file.finish();
}

/** What somebody else has begun: either the new file is there, or nothing has happened. */
async function finish(store: ObjectStore, { target, sources }: Merge): Promise<void> {
  if ((await store.stat(target)) !== null) await store.delete(sources);
}

function dayAt(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function dayAfter(day: string): string {
  return dayAt(Date.parse(day) + DAY_MS);
}
