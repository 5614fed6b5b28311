/** What a table's definition says of how its rows are stored. SQLite itself reads the definition. */
import Database from "better-sqlite3";
import { compareText } from "../compare-text.ts";
import { asciiLower } from "../names.ts";
import type { SqlValue } from "../sqlite/values.ts";
import type { Compare, Key } from "./tree.ts";

export interface TableShape {
  /** Names, in the order of the definition; without generated columns that are not stored. */
  columns: readonly StoredColumn[];
  /** The columns of its primary key, in the key's order; none where rows are known by their rowid alone. */
  primaryKey: readonly string[];
  /** How many columns its tree is ordered by; 0: by rowid. */
  keyColumns: number;
  /** The order of its tree. */
  compare: Compare;
  /** Two tables whose trees have the same order have the same text here. */
  order: string;
}

export interface StoredColumn {
  name: string;
  /** Where its value is in a record. */
  at: number;
  /** It is the rowid under another name, and not in the record. */
  isRowid: boolean;
  /** Its whole numbers are stored without a fraction. */
  isReal: boolean;
  /** What rows have that were written before there was this column. */
  missing: SqlValue;
}

interface ColumnInfo {
  name: string;
  type: string;
  dflt_value: string | null;
  pk: number;
  hidden: number;
}

/** null for what has no rows of its own (virtual tables), or a definition that SQLite does not read here. */
export function tableShape(sql: string): TableShape | null {
  if (!/^\s*create\s+table\b/i.test(sql)) return null;
  const database = new Database(":memory:");
  try {
    database.prepare(sql).run();
    return shapeOf(database);
  } catch {
    return null;
  } finally {
    database.close();
  }
}

function shapeOf(database: Database.Database): TableShape | null {
  const names = database
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    )
    .pluck()
    .all();
  const [table] = names;
  if (table === undefined || names.length !== 1) return null;
  const infos = database
    .prepare<[], ColumnInfo>(
      `select name, type, dflt_value, pk, hidden from pragma_table_xinfo(${quoteText(table)})`,
    )
    .all()
    // 2: a generated column that is not stored.
    .filter(({ hidden }) => hidden !== 2);
  const key = infos.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const primaryKey = key.map(({ name }) => name);
  const keyIndex = database
    .prepare<[], string>(
      `select name from pragma_index_list(${quoteText(table)}) where origin = 'pk'`,
    )
    .pluck()
    .get();
  const withoutRowid = isWithoutRowid(database, table);
  const order = withoutRowid ? storedOrder(database, keyIndex!) : null;
  const alias = keyIndex === undefined && key.length === 1 ? key[0]!.name : null;
  const columns = infos.map((info, at) => ({
    name: info.name,
    at: order === null ? at : order.columns.indexOf(info.name),
    isRowid: info.name === alias,
    isReal: affinityIsReal(info.type),
    missing: defaultOf(database, info.dflt_value),
  }));
  const compare = order === null ? compareRowids : comparing(order.terms);
  return {
    columns,
    primaryKey,
    keyColumns: order?.terms.length ?? 0,
    compare,
    order: JSON.stringify(order?.terms ?? null),
  };
}

function isWithoutRowid(database: Database.Database, table: string): boolean {
  const flag = database
    .prepare<[], number>(
      `select wr from pragma_table_list where name = ${quoteText(table)} and schema = 'main'`,
    )
    .pluck()
    .get();
  return flag === 1;
}

interface Term {
  collation: string;
  descending: boolean;
}

function storedOrder(
  database: Database.Database,
  index: string,
): { columns: string[]; terms: Term[] } {
  const rows = database
    .prepare<[], { name: string; desc: number; coll: string; key: number }>(
      `select name, "desc", coll, key from pragma_index_xinfo(${quoteText(index)}) order by seqno`,
    )
    .all();
  return {
    columns: rows.map(({ name }) => name),
    terms: rows
      .filter(({ key }) => key === 1)
      .map(({ coll, desc }) => ({ collation: coll, descending: desc === 1 })),
  };
}

function defaultOf(database: Database.Database, text: string | null): SqlValue {
  if (text === null) return null;
  try {
    return database.prepare<[], SqlValue>(`select ${text}`).pluck().safeIntegers().get() ?? null;
  } catch {
    return null;
  }
}

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
function affinityIsReal(type: string): boolean {
  return /real|floa|doub/i.test(type) && !/int|char|clob|text|blob/i.test(type);
}

function compareRowids(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparing(terms: readonly Term[]): Compare {
  return (a, b) => {
    const [one, other] = [a as readonly SqlValue[], b as readonly SqlValue[]];
    for (const [at, { collation, descending }] of terms.entries()) {
      const order = compareValues(one[at] ?? null, other[at] ?? null, collation);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

/** NULL, numbers, text, BLOBs: https://www.sqlite.org/datatype3.html#sort_order */
export function compareValues(a: SqlValue, b: SqlValue, collation: string): number {
  const [one, other] = [classOf(a), classOf(b)];
  if (one !== other) return one - other;
  if (a === null || b === null) return 0;
  if (typeof a === "string")
    return compareText(collated(a, collation), collated(b as string, collation));
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  // JavaScript compares a bigint with a number by their values.
  return a < (b as number | bigint) ? -1 : a > (b as number | bigint) ? 1 : 0;
}

function classOf(value: SqlValue): number {
  if (value === null) return 0;
  if (typeof value === "string") return 2;
  return value instanceof Uint8Array ? 3 : 1;
}

function collated(text: string, collation: string): string {
  if (/^nocase$/i.test(collation)) return asciiLower(text);
  return /^rtrim$/i.test(collation) ? text.replace(/ +$/, "") : text;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
