/**
 * Rows of one or more files → one table.
 *
 * The first rows give a guess of the columns and their types; rows are inserted by it while every cell
 * is still looked at. When a cell, or the end of the file, refutes the guess, the rest is only looked at,
 * what was inserted is rolled back, and the file is read once more with what is known then. Most files
 * are read once, none more than twice, and the result does not depend on which it was.
 */
import type { Database } from "better-sqlite3";
import { LoadError, ReadAgain } from "../model/load-error.ts";
import type { TableReport } from "../model/report.ts";
import type { TableReader } from "../model/table-reader.ts";
import type { TableRules } from "../model/table-rules.ts";
import type { ColumnKind } from "../types/column.ts";
import { LoadPass, type Outcome } from "./load-pass.ts";

/** Readers correct themselves about encoding and quotes; each can be wrong only once. */
const MAX_ATTEMPTS = 8;

export interface TableTask {
  table: string;
  /** At least one. */
  readers: TableReader[];
  rules: TableRules;
}

/** `rows` so far; called some times a second. */
export type RowProgress = (rows: number) => void;

/**
 * Creates the table and fills it, in a transaction of its own unless one is open. Throws a LoadError; the
 * database is then as it was.
 */
export async function loadTable(
  database: Database,
  task: TableTask,
  onProgress: RowProgress = () => {},
): Promise<TableReport> {
  let known: Outcome | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    database.exec("SAVEPOINT load_table");
    try {
      const outcome = await new LoadPass(database, task, known, onProgress).run();
      if (outcome.fits) {
        database.exec("RELEASE load_table");
        return reportOf(task, outcome);
      }
      known = outcome;
    } catch (error) {
      rollBack(database);
      if (!(error instanceof ReadAgain)) throw error;
      known = null;
      continue;
    }
    rollBack(database);
  }
  throw new LoadError(
    "file_changed",
    `${task.readers[0]?.file} kept changing while it was read`,
    "run this again when nothing is written to it",
  );
}

function rollBack(database: Database): void {
  if (database.inTransaction) database.exec("ROLLBACK TO load_table; RELEASE load_table");
}

function reportOf(task: TableTask, { columns, kinds, rows }: Outcome): TableReport {
  return {
    table: task.table,
    files: task.readers.map(({ file }) => file),
    format: [...new Set(task.readers.map(({ format }) => format))].join("; "),
    mode: task.rules.mode,
    rows,
    columns: columns.map(({ name, filled }, i) => {
      const kind = kinds[i] as ColumnKind;
      const report = { name, type: kind.type, empty: rows - filled };
      return kind.dates === null ? report : { ...report, dates: kind.dates };
    }),
    warnings: task.readers.flatMap(({ warnings, file }) =>
      task.readers.length === 1 ? warnings : warnings.map((warning) => `${file}: ${warning}`),
    ),
  };
}
