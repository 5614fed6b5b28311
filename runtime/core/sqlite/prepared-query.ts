import type { Statement } from "better-sqlite3";
import { SqlError } from "./sql-error.ts";

export interface PreparedQuery {
  statement: Statement;
  columns: readonly string[];
  /** It has met a value that was too long to read its rows at once. */
  hasLongValues: boolean;
}

/** Rows as arrays (column names may repeat), INTEGER as bigint (REAL stays a number). */
export function asRows(statement: Statement): PreparedQuery {
  statement.raw().safeIntegers();
  const columns = statement.columns().map((column) => column.name);
  return { statement, columns, hasLongValues: false };
}

/** Characters of all names of columns that a visitor's statement may have: a page repeats them. */
const LONGEST_NAMES = 128 * 1024;

/** @throws SqlError */
export function checkNames(columns: readonly string[]): void {
  const length = columns.reduce((sum, name) => sum + name.length, 0);
  if (length <= LONGEST_NAMES) return;
  throw new SqlError("The names of the columns are too long together", false);
}
