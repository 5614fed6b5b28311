/** What is published of a batch: the database as it is now, and the batch as the site lists it. */
import { DslError } from "../../core/dsl-error.ts";
import { baseOf } from "../../core/format/collection.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import { inspectDatabase } from "../../core/sqlite/inspect.ts";
import { findHotPages } from "../../publisher/database/hot-pages.ts";
import type { WorkingCopy } from "../../publisher/database/working-copy.ts";
import type { DatabaseFacts } from "../../publisher/facts.ts";
import type { NewLoad } from "../../publisher/publish/recent-loads.ts";
import type { Applied } from "./apply-messages.ts";
import { LOADS } from "./event-tables.ts";
import { RANGES } from "./row-ranges.ts";

/** `broken`: why messages of the batch are none; `size`: bytes of those for this database. */
export function loadOf(
  { name, inspection }: DatabaseFacts,
  { loadId, added, refused }: Applied,
  broken: readonly string[],
  size: number,
  milliseconds: number,
): NewLoad {
  const refusals = [...refused.map(({ reason }) => reason), ...broken];
  return {
    id: `${loadId} ${name}`,
    source: eventsSource(name),
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
      columnCount: inspection.tables.find((each) => each.name === table)?.columns.length ?? 0,
      columns: [],
      warnings: [],
    })),
    warnings: [...new Set(refusals)],
    error: null,
  };
}

/** What a batch came from, as the site lists it; the same for all months. */
export function eventsSource(database: string): string {
  return `events for ${baseOf(database)}`;
}

/** `before` is what is published of it, `added` what the batch has added to that. */
export function factsOf(
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

export function damaged(name: string): DslError {
  return new DslError(
    "damaged_bucket",
    `The block list of ${name} is missing in the bucket, or is not what was published`,
    "publish an earlier version again: dsl rollback",
  );
}
