import Database from "better-sqlite3";
import { DslError } from "../../core/dsl-error.ts";
import { diskFull } from "./file-errors.ts";

/** SQLite's extended result code of an error ("SQLITE_BUSY_RECOVERY"), or null. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null;
}

/** Turns SQLite's complaint about a database into a DslError; other errors come back as they are. */
export function translateSqliteError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === null) return error;
  const detail = error instanceof Error ? error.message : code;
  if (code === "SQLITE_NOTADB") {
    return new DslError(
      "not_a_database",
      `${path} starts like a SQLite database but its content is not one: it is encrypted or damaged`,
      "export an unencrypted copy, or restore the file from a backup",
      { cause: error },
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) return corruptDatabase(path, detail, error);
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR_WRITE")) return diskFull(path, error);
  return new DslError(
    "database_unreadable",
    `SQLite cannot read ${path}: ${detail} (${code})`,
    `see whether this works: sqlite3 '${path}' .tables`,
    { cause: error },
  );
}

export function corruptDatabase(path: string, detail: string, cause?: unknown): DslError {
  return new DslError(
    "corrupt_database",
    `${path} is damaged: ${detail}`,
    `restore it from a backup, or save what is left: sqlite3 '${path}' .recover | sqlite3 recovered.db`,
    { cause },
  );
}
