/**
 * One file of the inbox becomes a part of the site. Everything that ends the process half-way leaves the
 * site as it was, and the event comes again; an event that comes twice or late does nothing.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eachConcurrently } from "../../core/concurrency.ts";
import { DslError } from "../../core/dsl-error.ts";
import { formatBytes } from "../../core/quantities.ts";
import { SOFTWARE } from "../../core/software.ts";
import type { ObjectFacts, ObjectStore } from "../../core/store/object-store.ts";
import { fetchPublished } from "../../publisher/database/fetch-published.ts";
import { prepareDatabases } from "../../publisher/database/prepare.ts";
import { publishPart } from "../../publisher/publish/publish-part.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import { convert } from "../convert.ts";
import { LoadError } from "../model/load-error.ts";
import type { TableReport } from "../model/report.ts";
import { FAILED, INBOX, type InboxFile, parseInboxKey } from "./inbox-key.ts";
import { isHeeded, type LoadRecord, readFileRecord, writeRecord } from "./load-record.ts";
import type { ObjectEvent } from "./object-event.ts";

/** Bytes that are fetched at once, and how many times. */
const PIECE = 8 * 1024 * 1024;
const PIECES_AT_ONCE = 4;
/** With its database, a copy of that and scratch files it must fit into 10 GB of /tmp, and into 15 minutes. */
export const LARGEST_FILE = 2_000_000_000;
/** Each time somebody else has changed the same database meanwhile. */
const ATTEMPTS = 20;
/** Errors that say nothing against the file: the event comes again, and at last lies in the dead-letter queue. */
const NOT_ITS_FAULT = new Set([
  "bad_manifest",
  "damaged_bucket",
  "database_changed",
  "nothing_published",
  "publish_conflict",
  "snapshot_changed",
]);
const PAUSE_MS = 200;

/**
 * Loads the file that an event is about. Resolves with what became of it, or with null when there was
 * nothing to do: it is gone, it was replaced meanwhile (its own event comes), or the event is old. A file
 * that cannot be loaded goes to `inbox-failed/`, with the reason beside it. Throws what may pass: then the
 * event has to come again.
 */
export async function loadObject(
  store: ObjectStore,
  { key, sequencer }: ObjectEvent,
): Promise<LoadRecord | null> {
  const started = performance.now();
  if (isHeeded(await readFileRecord(store, key), sequencer)) return null;
  const facts = await store.stat(key);
  if (facts === null) return null;
  const folder = await mkdtemp(join(tmpdir(), "dsl-inbox-"));
  const common = { key, etag: facts.etag, sequencer, size: facts.size };
  try {
    const loaded = await load(store, key, facts, folder);
    if (loaded === null) return null;
    const record = { ...common, ...loaded, error: null, ...ended(started) };
    await writeRecord(store, record);
    return record;
  } catch (error) {
    if (!(error instanceof DslError) || NOT_ITS_FAULT.has(error.code)) throw error;
    return await quarantine(store, failedRecord(common, error, started));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Loaded = Pick<LoadRecord, "status" | "database" | "version" | "tables" | "warnings">;

/** Null when there is nothing to load. Throws a DslError for a file that cannot be loaded. */
async function load(
  store: ObjectStore,
  key: string,
  facts: ObjectFacts,
  folder: string,
): Promise<Loaded | null> {
  const file = parseInboxKey(key);
  if (file === null) return null;
  if (facts.size > LARGEST_FILE) throw tooLarge(file, facts.size);
  const path = join(folder, "file");
  if (!(await fetchObject(store, key, facts.size, path))) return null;
  for (let attempt = 1; ; attempt++) {
    // Replaced since it was fetched: the event of what is there now comes, or has come.
    if ((await store.stat(key))?.etag !== facts.etag) return null;
    try {
      return await publishFile(store, file, path, await mkdtemp(join(folder, "try-")));
    } catch (error) {
      const isOvertaken = error instanceof DslError && error.code === "database_changed";
      if (!isOvertaken || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

/** Puts the file's tables into what is published of its database, and publishes that. */
async function publishFile(
  store: ObjectStore,
  { file, database: name, isWhole }: InboxFile,
  path: string,
  folder: string,
): Promise<Loaded> {
  const published = await readPublished(store);
  const current = published?.manifest.databases.find((database) => database.name === name);
  let target = path;
  let tables: TableReport[] = [];
  let warnings: string[] = [];
  if (!isWhole) {
    target = join(folder, "database.db");
    if (published !== null && current?.origin === "inbox") {
      await fetchPublished(store, published, current, target);
    }
    ({ tables, warnings } = await convert([{ name: file, path }], {}, target));
  }
  const named = { name, path: target, source: file };
  const prepared = await prepareDatabases([named], {
    directory: folder,
    software: SOFTWARE,
    published: published?.manifest ?? null,
    keepFreeSpace: false,
  });
  const bases = new Map([[name, current?.sha256 ?? null]]);
  const part = { origin: "inbox" as const, databases: prepared.databases, bases };
  const { version } = await publishPart(store, part, SOFTWARE);
  const isSame = version === published?.manifest.version;
  return {
    status: isSame ? "unchanged" : "published",
    database: name,
    version,
    tables,
    warnings: [...warnings, ...prepared.warnings],
  };
}

/** False when the object is gone. */
async function fetchObject(
  store: ObjectStore,
  key: string,
  size: number,
  path: string,
): Promise<boolean> {
  const file = await open(path, "wx");
  let isThere = true;
  try {
    const starts = Array.from({ length: Math.ceil(size / PIECE) }, (_, i) => i * PIECE);
    await eachConcurrently(starts, PIECES_AT_ONCE, async (start) => {
      const piece = await store.getRange(key, start, Math.min(PIECE, size - start));
      if (piece === null) isThere = false;
      else await file.write(piece, 0, piece.length, start);
    });
  } finally {
    await file.close();
  }
  return isThere;
}

/** Moves the file out of the way, unless it is another by now, and says why beside it. */
async function quarantine(store: ObjectStore, record: LoadRecord): Promise<LoadRecord> {
  const target = FAILED + record.key.slice(INBOX.length);
  await store.put(
    `${target}.json`,
    Buffer.from(JSON.stringify(record, null, 2)),
    "application/json",
  );
  if ((await store.stat(record.key))?.etag === record.etag) {
    await store.copy(record.key, target);
    await writeRecord(store, record);
    await store.delete([record.key]);
  } else {
    await writeRecord(store, record);
  }
  return record;
}

function failedRecord(
  common: Pick<LoadRecord, "key" | "etag" | "sequencer" | "size">,
  error: DslError,
  started: number,
): LoadRecord {
  const { code, message, hint } = error;
  const line = error instanceof LoadError ? error.line : null;
  return {
    ...common,
    status: "failed",
    database: null,
    version: null,
    tables: [],
    warnings: [],
    error: { code, message, hint, line },
    ...ended(started),
  };
}

function ended(started: number): Pick<LoadRecord, "at" | "milliseconds"> {
  const milliseconds = Math.round(performance.now() - started);
  return { at: new Date().toISOString(), milliseconds };
}

function tooLarge({ file, database }: InboxFile, size: number): LoadError {
  return new LoadError(
    "too_large",
    `${file} has ${formatBytes(size)}; the inbox takes files of up to ${formatBytes(LARGEST_FILE)}`,
    `convert it on a computer: dsl convert ${file} -o ${database}.db, and publish that with dsl update-stack`,
  );
}
