/**
 * A month begins with the tables of the one before, empty: so contracts go on, types stay what they were,
 * and one view can have all months.
 */
import Database, { type Database as SqliteDatabase } from "better-sqlite3";
import { baseOf } from "../../core/format/collection.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { ID, PARENT_ID } from "./normalise.ts";

/** The database of the same events before this one, else the last there is; null when there is none. */
export function databaseBefore(
  name: string,
  entries: readonly Pick<ManifestDatabase, "name" | "origin">[],
): string | null {
  const others = entries
    .filter(({ name: other, origin }) => origin === "collect" && baseOf(other) === baseOf(name))
    .map((entry) => entry.name)
    .sort();
  return others.findLast((other) => other < name) ?? others.at(-1) ?? null;
}

/** Tables with the collector's own keys: those of Datasette's writes may have others. */
const TABLES = `SELECT name FROM sqlite_schema AS tables WHERE type = 'table' AND (
  (SELECT group_concat(name) FROM pragma_table_info(tables.name) WHERE pk > 0) = '${ID}'
  OR EXISTS (SELECT 1 FROM pragma_table_info(tables.name) WHERE name = '${PARENT_ID}'))`;

/** Makes the tables of the database at `path` in `database`, with their indexes and without rows. */
export function takeOverSchema(path: string, database: SqliteDatabase): void {
  const before = new Database(path, { readonly: true });
  try {
    const statements = before
      .prepare<[], string>(
        `SELECT sql FROM sqlite_schema WHERE tbl_name IN (${TABLES}) AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type = 'index', rowid`,
      )
      .pluck()
      .all();
    for (const statement of statements) database.exec(statement);
  } finally {
    before.close();
  }
}
