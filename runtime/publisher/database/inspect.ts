import { DslError } from "../../core/dsl-error.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import { inspectDatabase, summarizeTables } from "../../core/sqlite/inspect.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";

/** For the summaries of all columns of a database. */
const SUMMARY_MS = 8000;

/** Inspects a snapshot as the runtime would. Throws a DslError that names `source`. */
export function inspectSnapshot(snapshot: string, source: string): Inspection {
  const connection = new Connection(snapshot, { immutable: true });
  try {
    const inspection = inspectDatabase(connection);
    return { ...inspection, summaries: summarizeTables(connection, inspection, SUMMARY_MS) };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new DslError(
      "database_unreadable",
      `The tables of ${source} cannot be read: ${error.message}`,
      `see whether this works: sqlite3 '${source}' .schema`,
      { cause: error },
    );
  } finally {
    connection.close();
  }
}
