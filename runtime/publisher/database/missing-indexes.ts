/**
 * Columns that pages look rows up by, in tables so large that this must not mean reading all of them:
 * foreign keys and the facets of the configuration.
 */
import Database from "better-sqlite3";
import { quoteAlways, quoteIdentifier } from "../../core/names.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import { indexedColumns } from "../../core/sqlite/indexed-columns.ts";
import { getTable, listTables, type TableSchema } from "../../core/sqlite/schema.ts";

/** Tables with more rows are large: reading a million takes about a second. */
const MANY_ROWS = 1_000_000;

/** A column of a large table that has no index. */
export interface MissingIndex {
  table: string;
  column: string;
  use: "foreign key" | "facet";
}

/**
 * Those of the database in `file`, which nobody may be writing. `facetsOf` gives the columns that the
 * configuration facets a table by. Reads at most a million rows of each table in question.
 */
export function findMissingIndexes(
  file: string,
  facetsOf: (table: string) => readonly string[],
  manyRows = MANY_ROWS,
): MissingIndex[] {
  const connection = new Connection(file, { immutable: true, guardFile: null });
  try {
    return listTables(connection).tables.flatMap((name) => {
      const table = getTable(connection, name);
      if (!table.isOrdinary) return [];
      const missing = missingIn(connection, table, facetsOf(name));
      return missing.length > 0 && hasMoreRows(connection, name, manyRows) ? missing : [];
    });
  } finally {
    connection.close();
  }
}

function missingIn(
  connection: Connection,
  table: TableSchema,
  facets: readonly string[],
): MissingIndex[] {
  const indexed = indexedColumns(connection, table);
  const keys = table.foreignKeys.map(({ column }) => column);
  const wanted = new Map<string, MissingIndex["use"]>([
    ...facets.map((column) => [column, "facet"] as const),
    ...keys.map((column) => [column, "foreign key"] as const),
  ]);
  return [...wanted]
    .filter(([column]) => table.columnNames.includes(column) && !indexed.has(column))
    .map(([column, use]) => ({ table: table.name, column, use }));
}

function hasMoreRows(connection: Connection, table: string, rows: number): boolean {
  const sql = `select 1 from ${quoteIdentifier(table)} limit 1 offset ${rows}`;
  return connection.query(sql).rows.length > 0;
}

/**
 * Adds them to the database in `file`, which is a copy of the user's. The same database gets the same
 * bytes each time, so that blocks are found again: the indexes are behind all that was there, but for
 * pages that were free. Throws the errors of SQLite.
 */
export function addIndexes(file: string, missing: readonly MissingIndex[]): void {
  const database = new Database(file, { fileMustExist: true });
  try {
    // It is a copy: whatever interrupts this, nothing is lost.
    database.pragma("journal_mode = off");
    database.pragma("synchronous = off");
    for (const { table, column } of missing) {
      const name = unusedName(database, `${table}_${column}`);
      database.exec(
        `create index ${quoteAlways(name)} on ${quoteAlways(table)} (${quoteAlways(column)})`,
      );
    }
  } finally {
    database.close();
  }
}

function unusedName(database: Database.Database, wanted: string): string {
  const isUsed = database
    .prepare<[string], number>("select 1 from sqlite_schema where name = ? collate nocase")
    .pluck();
  let name = wanted;
  for (let number = 2; isUsed.get(name) !== undefined; number++) name = `${wanted}_${number}`;
  return name;
}

/** `sale.customer (a foreign key), sale.day (a facet)` */
export function listIndexes(missing: readonly MissingIndex[]): string {
  return missing.map(({ table, column, use }) => `${table}.${column} (a ${use})`).join(", ");
}
