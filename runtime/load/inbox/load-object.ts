/**
 * One file of the inbox becomes a part of the site. Everything that ends the process half-way leaves the
 * site as it was, and the event comes again; an event that comes twice or late does nothing.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clock } from "../../core/clock.ts";
import { DslError } from "../../core/dsl-error.ts";
import type { ObjectFacts, ObjectStore } from "../../core/store/object-store.ts";
import { recordLoads } from "../../publisher/publish/record-loads.ts";
import { LoadError } from "../model/load-error.ts";
import { fetchObject } from "./fetch-object.ts";
import { INBOX, type InboxFile, parseInboxKey } from "./inbox-key.ts";
import { type Loaded, loadFile, noRoom, tooLarge } from "./load-file.ts";
import {
  isHeeded,
  type LoadRecord,
  readFileRecord,
  summaryOf,
  writeRecord,
} from "./load-record.ts";
import { type ObjectEvent, plainEtag } from "./object-event.ts";
import { quarantine } from "./quarantine.ts";

/** With its database, a copy of that and scratch files it must fit into 10 GB of /tmp, and into 15 minutes. */
export const LARGEST_FILE = 2_000_000_000;
/** Errors that say nothing against the file: the event comes again, and at last lies in the dead-letter queue. */
const NOT_ITS_FAULT = new Set([
  "bad_manifest",
  "damaged_bucket",
  "database_changed",
  "nothing_published",
  "publish_conflict",
  "snapshot_changed",
]);

/**
 * Loads the file that an event is about, until `deadline` (milliseconds since the epoch). Resolves with
 * what became of it, or with null when there was nothing to do: it is gone, it was replaced meanwhile (its
 * own event comes), or the event is old. A file that cannot be loaded goes to `inbox-failed/`, with the
 * reason beside it. Throws what may pass: then the event has to come again.
 */
export async function loadObject(
  store: ObjectStore,
  event: ObjectEvent,
  deadline = Number.POSITIVE_INFINITY,
): Promise<LoadRecord | null> {
  const started = clock();
  const { key, etag, sequencer } = event;
  if (isHeeded(await readFileRecord(store, key), sequencer)) return null;
  const facts = await store.stat(key);
  if (facts === null || plainEtag(facts.etag) !== etag) return null;
  const folder = await mkdtemp(join(tmpdir(), "dsl-inbox-"));
  const recordOf = (loaded: Loaded, error: LoadRecord["error"] = null): LoadRecord => ({
    key,
    etag: facts.etag,
    sequencer,
    size: facts.size,
    ...loaded,
    error,
    at: new Date().toISOString(),
    milliseconds: Math.round(clock() - started),
  });
  try {
    const loaded = await load(store, event, facts, { folder, deadline }, recordOf);
    if (loaded === null) return null;
    const record = recordOf(loaded);
    await writeRecord(store, record);
    return record;
  } catch (error) {
    const failure = failureOf(error, key, folder);
    if (failure === null) throw error;
    const record = recordOf(nothingOf(key), failure);
    await quarantine(store, record);
    await recordLoads(store, [summaryOf(record)]);
    return record;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(
  store: ObjectStore,
  event: ObjectEvent,
  { etag, size }: ObjectFacts,
  { folder, deadline }: { folder: string; deadline: number },
  recordOf: (loaded: Loaded) => LoadRecord,
): Promise<Loaded | null> {
  const file = parseInboxKey(event.key);
  if (file === null) return null;
  if (size > LARGEST_FILE) throw tooLarge(file, size, LARGEST_FILE);
  const path = join(folder, "file");
  const isCurrent = async () => (await store.stat(event.key))?.etag === etag;
  try {
    if (!(await fetchObject(store, event.key, size, path))) return null;
    const fetched = { event, file, path, folder, deadline };
    return await loadFile(store, fetched, isCurrent, recordOf);
  } catch (error) {
    throw isDiskFull(error) ? noRoom(file) : error;
  }
}

/** Why the file cannot be loaded; null when the error says nothing against it. Names no temporary file. */
function failureOf(error: unknown, key: string, folder: string): LoadRecord["error"] {
  if (!(error instanceof DslError) || NOT_ITS_FAULT.has(error.code)) return null;
  const name = key.split("/").at(-1) ?? key;
  const readable = (text: string) =>
    text
      .split(folder)
      .map((part, i) => (i === 0 ? part : name + part.replace(/^[/\w.-]*/, "")))
      .join("");
  return {
    code: error.code,
    message: readable(error.message),
    hint: readable(error.hint),
    line: error instanceof LoadError ? error.line : null,
  };
}

function nothingOf(key: string): Loaded {
  return { status: "failed", database: databaseOf(key), version: null, tables: [], warnings: [] };
}

/** null where the name of the file says none. */
function databaseOf(key: string): string | null {
  try {
    return (parseInboxKey(key) as InboxFile | null)?.database ?? null;
  } catch {
    // In a folder of a folder: the first one is what it was meant for.
    return key.slice(INBOX.length).split("/")[0] ?? null;
  }
}

function isDiskFull(error: unknown): boolean {
  const codes = [error, (error as Error | undefined)?.cause].map(
    (each) => (each as { code?: unknown } | undefined)?.code,
  );
  return codes.some((code) => ["ENOSPC", "SQLITE_FULL", "disk_full"].includes(String(code)));
}
