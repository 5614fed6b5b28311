/** The tables of another SQLite database, copied as they are: types, keys, indexes, views, triggers. */
import type { Database } from "better-sqlite3";
import { quoteAlways } from "../../core/names.ts";
import { LoadError } from "../model/load-error.ts";
import { nameKey } from "../model/names.ts";
import type { TableReport } from "../model/report.ts";
import type { LoadMode } from "../model/rules.ts";
import { explainTarget } from "./target-database.ts";

interface Entry {
  type: "table" | "index" | "view" | "trigger";
  name: string;
  sql: string;
}

export interface Copied {
  tables: TableReport[];
  warnings: string[];
}

/**
 * Copies what the database at `path`, which the user knows as `file`, holds into `database`, outside of a
 * transaction. Virtual tables, such as search indexes, are left out with a warning. Throws a LoadError.
 */
export function copyDatabase(
  database: Database,
  { name: file, path }: { name: string; path: string },
  mode: LoadMode,
): Copied {
  try {
    database.prepare("ATTACH ? AS source").run(path);
  } catch (error) {
    throw explainTarget(error, file);
  }
  try {
    database.exec("BEGIN");
    const copied = copyAll(database, file, mode);
    database.exec("COMMIT");
    return copied;
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw explainTarget(error, file);
  } finally {
    database.exec("DETACH source");
  }
}

function copyAll(database: Database, file: string, mode: LoadMode): Copied {
  const entries = database
    .prepare(
      `SELECT s.type, s.name, s.sql FROM source.sqlite_schema s
       LEFT JOIN pragma_table_list l ON l.schema = 'source' AND l.name = s.name
       WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND coalesce(l.type, '') NOT IN ('virtual', 'shadow')`,
    )
    .all() as Entry[];
  const virtual = database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'source' AND type = 'virtual'")
    .pluck()
    .all() as string[];
  const tables = entries
    .filter(({ type }) => type === "table")
    .map((entry) => copyTable(database, entry, file, mode));
  const warnings = virtual.map((name) => `${name} in ${file} was left out: it is a virtual table`);
  for (const { type, name, sql } of entries) {
    if (type === "table") continue;
    try {
      database.exec(sql);
    } catch {
      warnings.push(`The ${type} ${name} in ${file} was left out: it needs what is not there`);
    }
  }
  return { tables, warnings };
}

function copyTable(
  database: Database,
  { name, sql }: Entry,
  file: string,
  mode: LoadMode,
): TableReport {
  const table = quoteAlways(name);
  if (hasTable(database, name)) throw twice(name, file);
  database.exec(sql);
  const { changes: rows } = database
    .prepare(`INSERT INTO main.${table} SELECT * FROM source.${table}`)
    .run();
  const columns = database.pragma(`main.table_info(${table})`) as { name: string; type: string }[];
  const counts = columns.map((column) => `count(${quoteAlways(column.name)})`).join(", ");
  const filled = database.prepare(`SELECT ${counts} FROM main.${table}`).raw().get() as number[];
  return {
    table: name,
    files: [file],
    format: "SQLite",
    mode,
    rows,
    columns: columns.map(({ name: column, type }, i) => ({
      name: column,
      type: type.toUpperCase(),
      empty: rows - (filled[i] ?? 0),
    })),
    warnings: [],
  };
}

function hasTable(database: Database, name: string): boolean {
  const tables = database.prepare("SELECT name FROM main.sqlite_schema").pluck().all() as string[];
  return tables.some((other) => nameKey(other) === nameKey(name));
}

function twice(table: string, file: string): LoadError {
  return new LoadError(
    "same_table",
    `Another file has a table ${table}, too, like ${file}`,
    "convert them one by one, the one that counts last",
    { exitCode: 2 },
  );
}
