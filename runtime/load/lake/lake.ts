/**
 * The lake: each batch of events also as Parquet files, for whoever queries more than one machine holds.
 *
 * The published database is where batches come from, so each is in the lake once, whatever happens: the last
 * batch is exported right after it is published, and otherwise before the next one is made. Its files' names
 * come from its id and their content from the database, so that writing them twice changes nothing.
 */
import Database, { type Database as SqliteDatabase } from "better-sqlite3";
import { logError } from "../../core/log.ts";
import { quoteAlways } from "../../core/names.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { DataType } from "../events/data-type.ts";
import { dataType } from "../events/event-tables.ts";
import { lastRanges, type RowRange } from "../events/row-ranges.ts";
import { markExported, readExported } from "./exported.ts";
import { batchKey, dayOf, SCHEMA_KEY } from "./lake-keys.ts";
import { columnFor, grown, type LakeColumn, type LakeSchema, SCHEMA } from "./lake-schema.ts";
import type { ParquetValue } from "./parquet.ts";
import { changeDocument } from "./shared-document.ts";

/** Where query engines learn of the tables. */
export interface Catalog {
  /** Makes the tables and columns known that are not yet; quick when all are. Throws what the service answers. */
  show(schema: LakeSchema): Promise<void>;
}

type Columns = Map<string, DataType>;

export class Lake {
  readonly #store: ObjectStore;
  readonly #catalog: Catalog;
  /** The last batch that is known to be in the lake, by database. */
  readonly #exported = new Map<string, string>();
  #schema: LakeSchema | null = null;

  constructor(store: ObjectStore, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  /**
   * Exports the last batch of a database unless that is done; `path` is a copy of it as it is published.
   * Resolves with the rows that were written. Throws what may pass: then it is not done.
   */
  async catchUp(path: string, name: string): Promise<number> {
    const database = new Database(path, { readonly: true });
    try {
      const last = lastRanges(database);
      if (last === null || last.loadId <= (this.#exported.get(name) ?? "")) return 0;
      const known = await readExported(this.#store, name);
      const isDone = known !== null && last.loadId <= known.loadId;
      const rows = isDone ? 0 : await this.#export(database, name, last.loadId, last.ranges);
      this.#exported.set(name, last.loadId);
      return rows;
    } finally {
      database.close();
    }
  }

  async #export(
    database: SqliteDatabase,
    name: string,
    loadId: string,
    all: readonly RowRange[],
  ): Promise<number> {
    const byTable = Map.groupBy(all, ({ table }) => table);
    const columns = new Map(
      [...byTable.keys()].map((table) => [table, columnsOf(database, table)]),
    );
    const { tables } = await this.#withColumns(columns, dayOf(loadId));
    let written = 0;
    for (const [table, ranges] of byTable) {
      const wanted = [...(columns.get(table) ?? [])].flatMap(([from, type]) => {
        return columnFor(tables.get(table) ?? [], from, type) ?? [];
      });
      const { rows, bytes } = await parquetOf(database, table, wanted, ranges);
      const key = batchKey(table, name, loadId);
      await this.#store.put(key, bytes, "application/vnd.apache.parquet");
      written += rows;
    }
    await markExported(this.#store, name, loadId);
    return written;
  }

  /** The schema with these columns in it, stored and in the catalog. */
  async #withColumns(columns: ReadonlyMap<string, Columns>, day: string): Promise<LakeSchema> {
    const lacks = (schema: LakeSchema | null) =>
      [...columns].some(([table, wanted]) => {
        const before = schema?.tables.get(table) ?? [];
        return grown(before, wanted).length > before.length;
      });
    if (this.#schema === null || lacks(this.#schema)) {
      this.#schema = await changeDocument(this.#store, SCHEMA_KEY, SCHEMA, (before) => {
        if (before !== null && !lacks(before)) return null;
        const tables = new Map(before?.tables);
        for (const [table, wanted] of columns) {
          tables.set(table, grown(tables.get(table) ?? [], wanted));
        }
        return { since: before?.since ?? day, tables };
      });
    }
    if (this.#schema === null) throw new Error("the lake has no tables");
    await this.#show(this.#schema);
    return this.#schema;
  }

  /** A catalog that is away holds no events up: the files say what they have, and it is told again next time. */
  async #show(schema: LakeSchema): Promise<void> {
    try {
      await this.#catalog.show(schema);
    } catch (error) {
      logError("the catalog could not be told of the lake's tables", error);
    }
  }
}

function columnsOf(database: SqliteDatabase, table: string): Columns {
  const columns = database.pragma(`table_info(${quoteAlways(table)})`) as {
    name: string;
    type: string;
  }[];
  return new Map(columns.map(({ name, type }) => [name, dataType(type)]));
}

async function parquetOf(
  database: SqliteDatabase,
  table: string,
  columns: readonly LakeColumn[],
  ranges: readonly RowRange[],
): Promise<{ rows: number; bytes: Uint8Array }> {
  const { ParquetFile } = await import("./parquet.ts");
  const file = new ParquetFile(columns);
  const names = columns.map(({ from }) => quoteAlways(from)).join(", ");
  const select = database
    .prepare(`SELECT ${names} FROM ${quoteAlways(table)} WHERE _rowid_ BETWEEN ? AND ?`)
    .raw()
    .safeIntegers();
  const stored = columns.map(({ type }) => STORED[type]);
  let rows = 0;
  for (const { first, last } of ranges) {
    for (const row of select.iterate(first, last) as Iterable<SqlCell[]>) {
      file.add(row.map((value, at) => (value === null ? null : (stored[at]?.(value) ?? null))));
      rows++;
    }
  }
  return { rows, bytes: file.finish() };
}

type SqlCell = string | number | bigint | null;

const same = (value: NonNullable<SqlCell>) => value;
const STORED: Record<DataType, (value: NonNullable<SqlCell>) => ParquetValue> = {
  bigint: same,
  double: Number,
  bool: Boolean,
  text: String,
  json: String,
  timestamp: (value) => microseconds(String(value)),
};

/** Of a point in time as it is stored (`timestamp.ts`); what is finer is left out. */
function microseconds(text: string): bigint {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const seconds = BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n;
  return seconds + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
