/** Opening a database, and others beside it, with views over them. */
import Database, { type Database as SqliteDatabase } from "better-sqlite3";
import { quoteAlways } from "../names.ts";

export interface Attached {
  name: string;
  path: string;
}

/** A view that no file has: it may read several databases. */
export interface AttachedView {
  name: string;
  sql: string;
}

/** For reading only; `path` may be `:memory:`. */
export function openDatabase(path: string): SqliteDatabase {
  return path === ":memory:"
    ? new Database(":memory:")
    : new Database(path, { readonly: true, fileMustExist: true });
}

/** To be called while the connection may still write: the views are in its temporary schema. */
export function attach(
  database: SqliteDatabase,
  databases: readonly Attached[] = [],
  views: readonly AttachedView[] = [],
): void {
  for (const { name, path } of databases) {
    database.prepare("attach database ? as ?").run(path, name);
  }
  for (const { name, sql } of views) {
    database.exec(`create temp view if not exists ${quoteAlways(name)} as ${sql}`);
  }
}
