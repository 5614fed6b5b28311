/**
 * A batch of messages → one published version of the database of events. Published whole or not at all:
 * whoever is killed on the way, or loses a race, has changed nothing, and the messages come again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { clock } from "../../core/clock.ts";
import { DslError } from "../../core/dsl-error.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { SOFTWARE } from "../../core/software.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import { inspectDatabase } from "../../core/sqlite/inspect.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { findHotPages } from "../../publisher/database/hot-pages.ts";
import type { WorkingCopy } from "../../publisher/database/working-copy.ts";
import type { DatabaseFacts } from "../../publisher/facts.ts";
import { publishPart } from "../../publisher/publish/publish-part.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import type { NewLoad } from "../../publisher/publish/recent-loads.ts";
import { type Applied, applyMessages } from "./apply-messages.ts";
import { LOADS } from "./event-tables.ts";
import type { Rules } from "./normalise.ts";
import { RANGES } from "./row-ranges.ts";

/** Each time another loader has published the same database. */
const ATTEMPTS = 20;
const PAUSE_MS = 200;

/** Where batches go beside the database. */
export interface BatchExport {
  /** Takes the last batch of the database at `path`, a copy of what is published, unless it has it. */
  catchUp(path: string, name: string): Promise<unknown>;
}

export interface LoadTask {
  store: ObjectStore;
  copy: WorkingCopy;
  /** Name of the database. */
  database: string;
  rules: Rules;
  /** Null where there is none. */
  lake: BatchExport | null;
}

export interface BatchResult extends Applied {
  /** The version that has the events. */
  version: number;
}

/**
 * Loads the messages and publishes. Each batch is in the lake before the next one is published, so that at most
 * one is to be caught up with after whatever happened. Throws what may pass; the copy then differs from what is published, and
 * the next batch puts that right. Throws a DslError when the database belongs to another origin.
 */
export async function loadBatch(
  { store, copy, database: name, rules, lake }: LoadTask,
  bodies: readonly string[],
  now: Date,
): Promise<BatchResult> {
  const started = clock();
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  for (let attempt = 1; ; attempt++) {
    const published = await readPublished(store);
    const current = published?.manifest.databases.find((each) => each.name === name);
    const index = current && published?.indexes.get(current.index);
    if (current !== undefined && index === undefined) throw damaged(name);
    await copy.bringTo(store, index ?? null, name);
    if (current !== undefined) await lake?.catchUp(copy.path, name);
    const batch = { schemaName: name, now, keepsRanges: lake !== null };
    const applied = copy.change((database) => applyMessages(database, bodies, batch, rules));
    if (applied.loaded === 0) {
      // The transaction may have made empty tables: what is published stays as it is.
      return { ...applied, version: published?.manifest.version ?? 0 };
    }
    try {
      const facts = factsOf(copy, name, current, applied.added);
      const bases = new Map([[name, current?.sha256 ?? null]]);
      const milliseconds = Math.round(clock() - started);
      const load = loadOf(name, facts.inspection, applied, { size, milliseconds });
      const part = { origin: "collect" as const, databases: [facts], bases, loads: [load] };
      const { version } = await publishPart(store, part, SOFTWARE);
      await lake?.catchUp(copy.path, name);
      return { ...applied, version };
    } catch (error) {
      const isOvertaken = error instanceof DslError && error.code === "database_changed";
      if (!isOvertaken || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

/** The batch as the site lists it. */
function loadOf(
  name: string,
  { tables }: Inspection,
  { loadId: id, added, refused, broken }: Applied,
  { size, milliseconds }: { size: number; milliseconds: number },
): NewLoad {
  const refusals = [...refused.map(({ reason }) => reason), ...broken.map(({ reason }) => reason)];
  return {
    id,
    source: `events for ${name}`,
    status: "published",
    at: new Date().toISOString(),
    milliseconds,
    size,
    database: name,
    tables: [...added].map(([table, rows]) => ({
      table,
      format: "events",
      mode: rows === null ? "upsert" : "append",
      rows: rows ?? 0,
      columnCount: tables.find((each) => each.name === table)?.columns.length ?? 0,
      columns: [],
      warnings: [],
    })),
    warnings: [...new Set(refusals)],
    error: null,
  };
}

function factsOf(
  copy: WorkingCopy,
  name: string,
  before: ManifestDatabase | undefined,
  added: Applied["added"],
): DatabaseFacts {
  const { content } = copy;
  if (content === null) throw damaged(name);
  return {
    name,
    source: name,
    snapshot: copy.path,
    ...content,
    hot: findHotPages(copy.path),
    inspection: inspect(copy.path, before?.inspection, added),
    // Databases of this origin are never embedded.
    zippedSize: content.size,
  };
}

/** Rows are counted where it is not known how many came in addition: counting takes as long as reading. */
function inspect(
  path: string,
  before: Inspection | undefined,
  added: Applied["added"],
): Inspection {
  const counts = new Map<string, number>();
  for (const { name, count } of before?.tables ?? []) {
    const more = added.get(name) ?? (added.has(name) ? null : 0);
    if (count !== null && more !== null) counts.set(name, count + more);
  }
  for (const own of [LOADS, RANGES]) counts.delete(own);
  const connection = new Connection(path, { immutable: true, guardFile: null });
  try {
    return inspectDatabase(connection, counts);
  } finally {
    connection.close();
  }
}

function damaged(name: string): DslError {
  return new DslError(
    "damaged_bucket",
    `The block list of ${name} is missing in the bucket, or is not what was published`,
    "publish an earlier version again: dsl rollback",
  );
}
