/** The database that rows go into, where it is there already. */
import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { LoadError } from "../model/load-error.ts";
import { nameKey } from "../model/names.ts";
import type { ColumnType } from "../types/cell.ts";

/** How long another process may keep it locked. */
const BUSY_MS = 10_000;

/** Opens a database that exists. Throws a LoadError for what is none. */
export function openTarget(path: string): Database.Database {
  const database = new Database(path, { fileMustExist: true, timeout: BUSY_MS });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database.close();
    throw explainTarget(error, path);
  }
}

/** A LoadError for what SQLite says of the target; other errors come back as they are. */
export function explainTarget(error: unknown, path: string): unknown {
  const code = String((error as { code?: unknown }).code ?? "");
  const cause = { cause: error };
  if (code.startsWith("SQLITE_BUSY")) {
    const message = `${path} is locked by another program`;
    return new LoadError(
      "database_locked",
      message,
      "try again when that program has finished",
      cause,
    );
  }
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) {
    const message = `${path} is there and is no SQLite database that can be used`;
    return new LoadError("not_a_database", message, "name another file to write to", cause);
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN")) {
    const message = `${path} cannot be written to`;
    return new LoadError(
      "not_writable",
      message,
      "name another file, or change its permissions",
      cause,
    );
  }
  if (code === "SQLITE_FULL") {
    const message = `There is no room on the disk for ${path}`;
    return new LoadError("disk_full", message, "free some space", cause);
  }
  return error;
}

/** By `nameKey` of table and column: the types to which new rows have to keep. Empty where there is no database. */
export function targetTypes(path: string): Map<string, Map<string, ColumnType>> {
  const tables = new Map<string, Map<string, ColumnType>>();
  if (!hasContent(path)) return tables;
  const database = openTarget(path);
  try {
    const rows = database
      .prepare(
        `SELECT s.name AS tableName, c.name, c.type FROM sqlite_schema s, pragma_table_info(s.name) c
         WHERE s.type = 'table'`,
      )
      .all() as { tableName: string; name: string; type: string }[];
    for (const { tableName, name, type } of rows) {
      const columns = tables.get(nameKey(tableName)) ?? new Map<string, ColumnType>();
      tables.set(nameKey(tableName), columns);
      const kept = typeOf(type);
      if (kept !== null) columns.set(nameKey(name), kept);
    }
    return tables;
  } finally {
    database.close();
  }
}

/** There is something that is not to be lost. */
export function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** By SQLite's rules of affinity; null where a column takes everything as it comes. */
function typeOf(declared: string): ColumnType | null {
  if (/int/i.test(declared)) return "INTEGER";
  if (/char|clob|text/i.test(declared)) return "TEXT";
  if (/real|floa|doub/i.test(declared)) return "REAL";
  return null;
}
