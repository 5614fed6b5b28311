import Database from "better-sqlite3";
import { corruptDatabase, sqliteCode, translateSqliteError } from "./sqlite-errors.ts";

/**
 * Full-text indexes that do not agree with their content; the file itself is sound and Datasette
 * would serve it too. Messages of ext/fts3 and ext/fts5 in SQLite.
 */
const FULL_TEXT_COMPLAINT = /inverted index for FTS|FTS index/;

/**
 * Runs SQLite's `quick_check` on a snapshot. Returns warnings; throws a DslError that names `source`
 * when the database is damaged.
 */
export function checkIntegrity(snapshot: string, source: string): string[] {
  let complaints: string[];
  const database = new Database(snapshot, { readonly: true, fileMustExist: true });
  try {
    complaints = database.prepare<[], string>("PRAGMA quick_check(10)").pluck().all();
  } catch (error) {
    // A collation or function that only the program which made the database has.
    if (sqliteCode(error)?.startsWith("SQLITE_ERROR")) {
      const detail = error instanceof Error ? error.message : String(error);
      return [`${source} could not be checked for damage: ${detail}`];
    }
    throw translateSqliteError(error, source);
  } finally {
    database.close();
  }
  const damage = complaints.filter((line) => line !== "ok" && !FULL_TEXT_COMPLAINT.test(line));
  if (damage[0] !== undefined) throw corruptDatabase(source, firstSentence(damage[0]));
  return complaints.filter((line) => line !== "ok").map((line) => `${source}: ${line}`);
}

/** SQLite puts all complaints about one table into one text, after a heading in stars. */
function firstSentence(complaint: string): string {
  const lines = complaint.split("\n").filter((line) => !line.startsWith("***"));
  return lines[0] ?? complaint;
}
