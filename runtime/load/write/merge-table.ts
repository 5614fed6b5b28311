/** One table of the attached database `fresh` → the same table of `main`. */
import type { Database } from "better-sqlite3";
import { quoteAlways } from "../../core/names.ts";
import { LoadError } from "../model/load-error.ts";
import { nameKey } from "../model/names.ts";
import type { TableReport } from "../model/report.ts";
import type { LoadRules } from "../model/rules.ts";
import { TableRules } from "../model/table-rules.ts";

interface Column {
  name: string;
  type: string;
  /** Place in the primary key, from 1; 0 for none. */
  pk: number;
}

/** Inside a transaction. Returns whether the table changed. Throws a LoadError for rows that do not fit. */
export function mergeTable(database: Database, report: TableReport, rules: LoadRules): boolean {
  const table = quoteAlways(report.table);
  const there = schemaOf(database, "main", report.table);
  const fresh = schemaOf(database, "fresh", report.table) ?? "";
  if (there === null) {
    create(database, fresh);
    copyAll(database, table);
    return true;
  }
  if (report.mode === "replace") return replace(database, report.table, { there, fresh });
  addColumns(database, report.table);
  const before = database.prepare("SELECT total_changes()").pluck().get();
  if (report.mode === "append") append(database, report.table);
  else upsert(database, report.table, new TableRules(report.table, rules));
  return database.prepare("SELECT total_changes()").pluck().get() !== before;
}

/** Null where there is no such table. Throws a LoadError for a view of that name. */
function schemaOf(database: Database, schema: "main" | "fresh", table: string): string | null {
  const found = database
    .prepare(
      `SELECT type, sql FROM ${schema}.sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE`,
    )
    .get(table) as { type: string; sql: string } | undefined;
  if (found?.type === "view") {
    throw new LoadError(
      "name_taken",
      `${table} is a view in this database`,
      "--table NAME, to load into a table of another name",
    );
  }
  return found?.sql ?? null;
}

function create(database: Database, sql: string): void {
  database.exec(sql.replace(/^CREATE TABLE /, "CREATE TABLE main."));
}

function copyAll(database: Database, table: string): void {
  database.exec(`INSERT INTO main.${table} SELECT * FROM fresh.${table}`);
}

/** Indexes and triggers of a table that gets other columns are made again as far as they fit. */
function replace(database: Database, name: string, sql: { there: string; fresh: string }): boolean {
  const table = quoteAlways(name);
  if (sql.there === sql.fresh) {
    if (sameRows(database, table)) return false;
    database.exec(`DELETE FROM main.${table}`);
    copyAll(database, table);
    return true;
  }
  const attached = database
    .prepare(
      `SELECT sql FROM main.sqlite_schema
       WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL`,
    )
    .pluck()
    .all(name) as string[];
  database.exec(`DROP TABLE main.${table}`);
  create(database, sql.fresh);
  copyAll(database, table);
  for (const statement of attached) {
    try {
      database.exec(statement);
    } catch {
      // It was about a column that is gone.
    }
  }
  return true;
}

/** In the same order, too: the rowid says it. */
function sameRows(database: Database, table: string): boolean {
  const columns = columnsOf(database, "fresh", table);
  const equal = columns.map(({ name }) => `a.${quoteAlways(name)} IS b.${quoteAlways(name)}`);
  const count = (schema: string) =>
    database.prepare(`SELECT count(*) FROM ${schema}.${table}`).pluck().get() as number;
  if (count("main") !== count("fresh")) return false;
  const different = database
    .prepare(
      `SELECT 1 FROM fresh.${table} a LEFT JOIN main.${table} b ON a.rowid = b.rowid
       WHERE NOT (${equal.join(" AND ")}) LIMIT 1`,
    )
    .get();
  return different === undefined;
}

function columnsOf(database: Database, schema: "main" | "fresh", table: string): Column[] {
  return database.pragma(`${schema}.table_info(${table})`) as Column[];
}

function addColumns(database: Database, name: string): void {
  const table = quoteAlways(name);
  const known = new Set(columnsOf(database, "main", table).map((column) => nameKey(column.name)));
  for (const { name: column, type } of columnsOf(database, "fresh", table)) {
    if (known.has(nameKey(column))) continue;
    database.exec(`ALTER TABLE main.${table} ADD COLUMN ${quoteAlways(column)} ${type}`);
  }
}

function append(database: Database, name: string): void {
  const table = quoteAlways(name);
  const columns = columnsOf(database, "fresh", table)
    .map((column) => quoteAlways(column.name))
    .join(", ");
  try {
    database.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM fresh.${table}`);
  } catch (cause) {
    if (!String((cause as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT")) throw cause;
    throw new LoadError(
      "duplicate_key",
      `A row for ${name} is there already: ${(cause as Error).message}`,
      "--upsert with --pk, to replace rows that are there already",
      { cause },
    );
  }
}

/** Rows that are the same already are left alone, so that loading a file again changes nothing. */
function upsert(database: Database, name: string, rules: TableRules): void {
  const table = quoteAlways(name);
  const columns = columnsOf(database, "fresh", table);
  const key = rules.primaryKey(columns.map((column) => column.name)).map(nameKey);
  const there = columnsOf(database, "main", table).filter(({ pk }) => pk > 0);
  if (
    !sameNames(
      key,
      there.map((column) => nameKey(column.name)),
    )
  )
    throw otherKey(name, key, there);
  const isKey = ({ name: column }: Column) => key.includes(nameKey(column));
  const all = columns.map((column) => quoteAlways(column.name)).join(", ");
  const others = columns
    .filter((column) => !isKey(column))
    .map((column) => quoteAlways(column.name));
  const conflict = columns
    .filter(isKey)
    .map((column) => quoteAlways(column.name))
    .join(", ");
  const set = others.map((column) => `${column} = excluded.${column}`).join(", ");
  const differs = others.map((column) => `${column} IS NOT excluded.${column}`).join(" OR ");
  const action = others.length === 0 ? "NOTHING" : `UPDATE SET ${set} WHERE ${differs}`;
  database.exec(
    `INSERT INTO main.${table} (${all}) SELECT ${all} FROM fresh.${table} WHERE true
     ON CONFLICT (${conflict}) DO ${action}`,
  );
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function otherKey(table: string, wanted: readonly string[], there: readonly Column[]): LoadError {
  const is =
    there.length === 0
      ? "no primary key"
      : `the primary key ${there.map(({ name }) => name).join(", ")}`;
  return new LoadError(
    "other_key",
    `${table} has ${is} in this database, and not ${wanted.join(", ")}`,
    there.length === 0
      ? "load it anew with --pk and without --upsert first"
      : `--pk ${there.map(({ name }) => name).join(" --pk ")}`,
  );
}
