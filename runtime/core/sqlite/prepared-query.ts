import type { Statement } from "better-sqlite3";

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
