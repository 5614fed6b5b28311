import { join } from "node:path";
import type { Manifest } from "../../core/format/manifest.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";
import type { DatabaseFacts, NamedDatabase } from "../facts.ts";
import { hashFile } from "./hash-file.ts";
import { findHotPages } from "./hot-pages.ts";
import { inspectSnapshot } from "./inspect.ts";
import { checkIntegrity } from "./integrity.ts";
import { addIndexes, findMissingIndexes, listIndexes } from "./missing-indexes.ts";
import { scrubFreeSpace } from "./scrub.ts";
import { snapshotDatabase } from "./snapshot.ts";
import { translateSqliteError } from "./sqlite-errors.ts";
import { estimateZippedSize } from "./zipped-size.ts";

export interface Prepared {
  databases: DatabaseFacts[];
  /** What is odd about the databases, though they can be published. */
  warnings: string[];
  /** What was done to the copies that are published. */
  notes: string[];
}

/** What preparing needs to know besides the files. */
export interface Preparation {
  /** Where the snapshots go. */
  directory: string;
  /** The version of dsl that publishes. */
  software: string;
  /** The current version; null: there is none. */
  published: Manifest | null;
  /** Publish deleted rows that are still in the file (`--keep-free-space`). */
  keepFreeSpace: boolean;
  /** What to do about columns of large tables that have no index; null: nothing. */
  indexes: IndexWish | null;
}

export interface IndexWish {
  /** Add them to the copy that is published (`--add-indexes`); otherwise there is a warning. */
  add: boolean;
  /** The columns that the site facets a table by. */
  facetsOf(database: string, table: string): readonly string[];
}

/** `done` and `total` are bytes in "hash", pages in "copy" and "scrub"; the others tell no progress. */
export type PrepareProgress = (
  database: NamedDatabase,
  phase: "copy" | "index" | "scrub" | "hash" | "inspect",
  done: number,
  total: number,
) => void;

/**
 * Finds out everything about the databases that planning and publishing need, from snapshots without
 * deleted rows, one after the other. A database with the hash of one that this version of dsl already
 * published is not checked and inspected again. Throws a DslError for the first that
 * cannot be published.
 */
export async function prepareDatabases(
  databases: NamedDatabase[],
  { directory, software, published, keepFreeSpace, indexes }: Preparation,
  onProgress: PrepareProgress = () => {},
): Promise<Prepared> {
  const known = published?.software === software ? published.databases : [];
  const prepared: Prepared = { databases: [], warnings: [], notes: [] };
  for (const [i, database] of databases.entries()) {
    const { name, path, source = path } = database;
    const snapshot = join(directory, `${i}.db`);
    await snapshotDatabase(path, snapshot, (done, total) =>
      onProgress(database, "copy", done, total),
    );
    if (indexes !== null) {
      onProgress(database, "index", 0, 1);
      const said = tendIndexes(database, snapshot, indexes);
      if (said !== null) prepared[indexes.add ? "notes" : "warnings"].push(said);
    }
    if (!keepFreeSpace) {
      await scrubFreeSpace(snapshot, source, (done, total) =>
        onProgress(database, "scrub", done, total),
      );
    }
    const hashed = await hashFile(snapshot, (done, total) =>
      onProgress(database, "hash", done, total),
    );
    let inspection = known.find(({ sha256 }) => sha256 === hashed.sha256)?.inspection;
    if (inspection === undefined) {
      onProgress(database, "inspect", 0, 1);
      prepared.warnings.push(...checkIntegrity(snapshot, source));
      inspection = inspectSnapshot(snapshot, source);
    }
    const hot = findHotPages(snapshot);
    const zippedSize = await estimateZippedSize(snapshot);
    const facts = { name, source, snapshot, ...hashed, hot, inspection, zippedSize };
    prepared.databases.push(facts);
  }
  return prepared;
}

/** Adds the indexes that are missing, or says that they are; null where none are. */
function tendIndexes(
  { name, path, source = path }: NamedDatabase,
  snapshot: string,
  { add, facetsOf }: IndexWish,
): string | null {
  try {
    const missing = findMissingIndexes(snapshot, (table) => facetsOf(name, table));
    if (missing.length === 0) return null;
    const columns = listIndexes(missing);
    if (!add) {
      return `${name} has columns without an index in tables of more than a million rows: ${columns}. Pages that look rows up by them take long or are cut short; --add-indexes adds indexes to the copy that is published`;
    }
    addIndexes(snapshot, missing);
    return `The published copy of ${name} has ${missing.length === 1 ? "an index" : "indexes"} that the file has not: ${columns}`;
  } catch (error) {
    // An ordinary look says more: what is damaged is found by the checks that follow.
    if (error instanceof SqlError) return null;
    throw translateSqliteError(error, source);
  }
}
