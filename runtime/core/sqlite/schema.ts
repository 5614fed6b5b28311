/**
 * Facts about tables and views, read from the schema once and kept by the connection until the
 * schema changes.
 */
import type { Connection, SqlParameters } from "./connection.ts";
import { SqlError } from "./sql-error.ts";
import type { SqlValue } from "./values.ts";

export interface ColumnDetail {
  name: string;
  /** As declared; "" for none. */
  type: string;
  notNull: boolean;
  /** The SQL of the default; null for none. */
  defaultValue: string | null;
  /** From 1; 0 for columns outside the primary key. */
  primaryKeyPosition: number;
  /** 0 normal, 1 hidden column of a virtual table, 2 virtual and 3 stored generated column. */
  hidden: number;
}

/** A foreign key of one column; compound ones are left out. */
export interface ForeignKey {
  column: string;
  otherTable: string;
  /** null: the other table's primary key. */
  otherColumn: string | null;
}

export interface TableSchema {
  name: string;
  isView: boolean;
  columns: readonly ColumnDetail[];
  columnNames: readonly string[];
  /** In key order; empty for views and for tables known by their rowid. */
  primaryKeys: readonly string[];
  /** A table without a declared primary key. */
  usesRowid: boolean;
  /** A primary key that SQLite lets be NULL, any number of times. */
  keysMayBeNull: boolean;
  /** A table of SQLite's own kind: neither a view nor virtual. */
  isOrdinary: boolean;
  /** Rows are known by `rowid`, whether or not there is a declared key. */
  hasRowid: boolean;
  foreignKeys: readonly ForeignKey[];
}

/** Names of tables (in order) and views, as far as `sqlite_master` lists them. */
export function listTables(connection: Connection): { tables: string[]; views: string[] } {
  return connection.fact("tables", () => ({
    tables: names(connection, "select name from sqlite_master where type = 'table' order by name"),
    views: [
      ...names(connection, "select name from sqlite_master where type = 'view'"),
      ...connection.temporaryViews,
    ],
  }));
}

/** The table or view of exactly this name; null when there is none. */
export function findTable(connection: Connection, name: string): TableSchema | null {
  return connection.fact(`table ${name}`, () => {
    const { tables, views } = nameSets(connection);
    const isView = views.has(name);
    if (!isView && !tables.has(name)) return null;
    return readTable(connection, name, isView);
  });
}

function nameSets(connection: Connection): { tables: Set<string>; views: Set<string> } {
  return connection.fact("all table names", () => {
    const { tables, views } = listTables(connection);
    return { tables: new Set(tables), views: new Set(views) };
  });
}

/** What SQLite says of a table: https://www.sqlite.org/pragma.html#pragma_table_list */
export interface TableKind {
  type: string;
  isWithoutRowid: boolean;
}

/** By name. SQLite goes through all tables to find one, so all are asked for at once. */
export function tableKinds(connection: Connection): ReadonlyMap<string, TableKind> {
  return connection.fact("all table kinds", () => {
    const sql = "select name, type, wr from pragma_table_list where schema = 'main'";
    const kinds = rowsIfAny(connection, sql).map(([name, type, wr]): [string, TableKind] => [
      String(name),
      { type: String(type), isWithoutRowid: wr === 1n },
    ]);
    return new Map(kinds);
  });
}

/** A table that the caller knows to exist. */
export function getTable(connection: Connection, name: string): TableSchema {
  return findTable(connection, name) ?? readTable(connection, name, false);
}

function readTable(connection: Connection, name: string, isView: boolean): TableSchema {
  const columns = readColumns(connection, name);
  const primaryKeys = columns
    .filter((column) => column.primaryKeyPosition > 0)
    .sort((a, b) => a.primaryKeyPosition - b.primaryKeyPosition)
    .map((column) => column.name);
  const columnNames = columns.map((column) => column.name);
  const kind = tableKinds(connection).get(name);
  const isOrdinary = !isView && kind?.type === "table";
  return {
    name,
    isView,
    columns,
    columnNames,
    primaryKeys,
    usesRowid: !isView && primaryKeys.length === 0,
    keysMayBeNull: mayKeysBeNull(connection, name, columns),
    isOrdinary,
    hasRowid:
      isOrdinary && !kind.isWithoutRowid && !columnNames.some((each) => /^rowid$/i.test(each)),
    foreignKeys: readForeignKeys(connection, name),
  };
}

/** https://www.sqlite.org/lang_createtable.html#the_primary_key: a bug that is kept for compatibility. */
function mayKeysBeNull(
  connection: Connection,
  table: string,
  columns: readonly ColumnDetail[],
): boolean {
  const keys = columns.filter((column) => column.primaryKeyPosition > 0);
  if (keys.every((column) => column.notNull)) return false;
  if (keys.length === 1 && keys[0]!.type.toUpperCase() === "INTEGER") return false;
  return !tableKinds(connection).get(table)?.isWithoutRowid;
}

function readColumns(connection: Connection, table: string): ColumnDetail[] {
  const rows = rowsIfAny(
    connection,
    'select name, type, "notnull", dflt_value, pk, hidden from pragma_table_xinfo(:table)',
    { table },
  );
  return rows.map(([name, type, notNull, defaultValue, position, hidden]) => ({
    name: String(name),
    type: String(type ?? ""),
    notNull: Boolean(notNull),
    defaultValue: defaultValue === null ? null : String(defaultValue),
    primaryKeyPosition: Number(position),
    hidden: Number(hidden),
  }));
}

function readForeignKeys(connection: Connection, table: string): ForeignKey[] {
  const rows = rowsIfAny(
    connection,
    `select "from", "table", "to" from pragma_foreign_key_list(:table)
     where id in (select id from pragma_foreign_key_list(:table) group by id having count(*) = 1)`,
    { table },
  );
  return rows.map(([column, otherTable, otherColumn]) => ({
    column: String(column),
    otherTable: String(otherTable),
    otherColumn: otherColumn === null ? null : String(otherColumn),
  }));
}

/**
 * None for a table that SQLite cannot read: a view of something that is gone, or a virtual table
 * whose module is not there. It is listed all the same; its own page says what is wrong.
 */
function rowsIfAny(
  connection: Connection,
  sql: string,
  parameters: SqlParameters = {},
): SqlValue[][] {
  try {
    return connection.readSchema(sql, parameters);
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
}

function names(connection: Connection, sql: string): string[] {
  return connection.readSchema(sql).map(([name]) => String(name));
}
