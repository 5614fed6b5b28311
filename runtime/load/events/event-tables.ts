/** The tables of events in SQLite: their schema is read from the database, grows in it, and rows go in. */
import type { Database, Statement } from "better-sqlite3";
import { quoteAlways } from "../../core/names.ts";
import { DATA_TYPES, type DataType, type SqlValue } from "./data-type.ts";
import type { Write } from "./event-message.ts";
import { EventSchema, type SchemaChange } from "./event-schema.ts";
import { type EventRow, ID, LOAD_ID, PARENT_ID } from "./normalise.ts";
import { RANGES, RowRanges } from "./row-ranges.ts";

export const LOADS = "_dlt_loads";

/** Declared types of tables that were made by others. */
const OTHER_TYPES: Record<string, DataType> = {
  INTEGER: "bigint",
  REAL: "double",
  FLOAT: "double",
};

interface Column {
  name: string;
  type: string;
  /** Place in the primary key, from 1; 0 for none. */
  pk: number;
}

export class EventTables {
  readonly schema: EventSchema;
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();
  /** Columns of the primary key, of tables whose key is the client's. */
  readonly #keys = new Map<string, string[]>();
  /** Tables whose primary key is `_dlt_id`. */
  readonly #keyedById = new Set<string>();
  /** Other tables in which `_dlt_id` has a unique index. */
  readonly #indexedById = new Set<string>();
  /** Rows that came in addition to those that were there, by table; null where nobody knows. */
  readonly added = new Map<string, number | null>();
  readonly written = new RowRanges();

  constructor(database: Database) {
    this.#database = database;
    const names = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN (?, ?)",
      )
      .pluck()
      .all(...([LOADS, RANGES] as unknown as [])) as string[];
    this.schema = new EventSchema(names.map((name) => [name, this.#readTable(name)]));
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${LOADS} (load_id TEXT NOT NULL, schema_name TEXT, status BIGINT NOT NULL, inserted_at TIMESTAMP NOT NULL, schema_version_hash TEXT)`,
    );
  }

  #readTable(name: string): Map<string, DataType> {
    const columns = this.#database.pragma(`table_info(${quoteAlways(name)})`) as Column[];
    const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    if (key.length === 1 && key[0]?.name === ID) this.#keyedById.add(name);
    else if (key.length > 0)
      this.#keys.set(
        name,
        key.map((column) => column.name),
      );
    return new Map(columns.map((column) => [column.name, dataType(column.type)]));
  }

  /** The client's own primary key of a table; undefined when it has none. */
  keyOf(table: string): string[] | undefined {
    return this.#keys.get(table);
  }

  /** Makes what the schema has got since the last time. `key` is that of a new table of this name. */
  applyChanges(key: { table: string; columns: string[] } | null): void {
    const changes = this.schema.takeChanges();
    if (changes.length === 0) return;
    const fresh = new Set(
      changes.filter(({ column }) => column === null).map(({ table }) => table),
    );
    for (const table of fresh) {
      const columns = changes.flatMap((change) =>
        change.table === table && change.column !== null ? [change.column] : [],
      );
      this.#create(table, columns, key?.table === table ? key.columns : null);
    }
    for (const { table, column } of changes) {
      if (column === null || fresh.has(table)) continue;
      this.#database.exec(
        `ALTER TABLE ${quoteAlways(table)} ADD COLUMN ${quoteAlways(column.name)} ${column.type.toUpperCase()}`,
      );
    }
  }

  /** After a rollback to where the schema was at `mark`. */
  takeBack(mark: number): void {
    for (const { table, column } of this.schema.takeBack(mark)) {
      if (column !== null) continue;
      this.#keys.delete(table);
      this.#keyedById.delete(table);
    }
    this.#indexedById.clear();
  }

  /**
   * An event's table has its `_dlt_id` as primary key: those of one time are together, so that a batch
   * changes few pages. In a list's table ids are scattered, so there is an index for joining only.
   */
  #create(
    table: string,
    columns: NonNullable<SchemaChange["column"]>[],
    key: string[] | null,
  ): void {
    const isRoot = columns.some(({ name }) => name === LOAD_ID);
    const primary = key ?? (isRoot ? [ID] : []);
    const lines = columns.map(({ name, type }) => `${quoteAlways(name)} ${type.toUpperCase()}`);
    if (primary.length > 0) lines.push(`PRIMARY KEY (${primary.map(quoteAlways).join(", ")})`);
    this.#database.exec(`CREATE TABLE ${quoteAlways(table)} (\n  ${lines.join(",\n  ")}\n)`);
    if (key !== null) this.#keys.set(table, key);
    else if (isRoot) this.#keyedById.add(table);
    else this.#index(table, PARENT_ID, "");
  }

  #index(table: string, column: string, unique: "" | "UNIQUE"): void {
    // With a space, which no table has in its name: tables and indexes share their names.
    const name = quoteAlways(`${table} ${column}`);
    this.#database.exec(
      `CREATE ${unique} INDEX IF NOT EXISTS ${name} ON ${quoteAlways(table)} (${quoteAlways(column)})`,
    );
  }

  /**
   * Puts an event's rows in; false when they were there already. Throws SQLite's error where a key is
   * taken.
   */
  insert(rows: readonly EventRow[], write: Write): boolean {
    const isOver = write === "replace" || write === "upsert";
    const numbers: number[] = [];
    for (const { table, isRoot, values } of rows) {
      if (isRoot) this.#identify(table);
      const statement = this.#statement(table, [...values.keys()], isRoot ? write : null);
      const number = rowWritten(statement, [...values.values()], isRoot && isOver);
      if (number === null) return false;
      numbers.push(number);
    }
    for (const [at, { table, isRoot }] of rows.entries()) {
      this.written.add(table, numbers[at] as number);
      const isCounted = !isRoot || !isOver;
      const before = this.added.get(table);
      this.added.set(table, isCounted && before !== null ? (before ?? 0) + 1 : null);
    }
    return true;
  }

  #identify(table: string): void {
    if (this.#keyedById.has(table) || this.#indexedById.has(table)) return;
    this.#index(table, ID, "UNIQUE");
    this.#indexedById.add(table);
  }

  /** `write` is null for rows of lists, which come with their event or not at all. */
  #statement(table: string, columns: string[], write: Write | null): Statement {
    const width = this.schema.columns(table)?.size;
    const id = `${write} ${table} ${width} ${columns.join(" ")}`;
    const known = this.#statements.get(id);
    if (known !== undefined) return known;
    const names = columns.map(quoteAlways).join(", ");
    const places = columns.map(() => "?").join(", ");
    const statement = this.#database.prepare(
      `INSERT INTO ${quoteAlways(table)} (${names}) VALUES (${places}) ${this.#conflict(table, columns, write)}`,
    );
    this.#statements.set(id, statement);
    return statement;
  }

  /** The later of two writes of one key counts, in whichever order they arrive: ids have the order of time. */
  #conflict(table: string, columns: string[], write: Write | null): string {
    if (write === null) return "";
    if (write === "ignore") return "ON CONFLICT DO NOTHING";
    const same = `ON CONFLICT (${quoteAlways(ID)}) DO NOTHING`;
    const key = this.#keys.get(table);
    if (write === "append" || write === "insert" || key === undefined) return same;
    const all = write === "replace" ? [...(this.schema.columns(table)?.keys() ?? [])] : columns;
    const set = all
      .filter((column) => !key.includes(column))
      .map((column) => `${quoteAlways(column)} = excluded.${quoteAlways(column)}`);
    const isLater = `excluded.${quoteAlways(ID)} > ${quoteAlways(table)}.${quoteAlways(ID)}`;
    return `${same} ON CONFLICT (${key.map(quoteAlways).join(", ")}) DO UPDATE SET ${set.join(", ")} WHERE ${isLater} RETURNING _rowid_ AS row`;
  }

  /** Later than those of all batches before, and unlike them: the time in seconds, as in dlt. */
  nextLoadId(now: Date): string {
    const last = this.#database
      .prepare(`SELECT load_id FROM ${LOADS} ORDER BY rowid DESC LIMIT 1`)
      .pluck()
      .get();
    const micros = Math.max(now.getTime() * 1000, Number(String(last ?? "0").replace(".", "")) + 1);
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`;
  }

  /** The row of dlt's table of loads; status 0 is a load that is complete. */
  recordLoad(loadId: string, schemaName: string, at: Date): void {
    this.#database
      .prepare(`INSERT INTO ${LOADS} VALUES (?, ?, 0, ?, NULL)`)
      .run(loadId, schemaName, at.toISOString().replace("Z", "+00:00"));
  }
}

/**
 * The number of the row that the statement wrote, null for none. One that was written over is not the last
 * that was inserted, so such statements return it.
 */
function rowWritten(statement: Statement, values: SqlValue[], returns: boolean): number | null {
  if (returns) return (statement.get(values) as { row: number } | undefined)?.row ?? null;
  const { changes, lastInsertRowid } = statement.run(values);
  return changes === 0 ? null : Number(lastInsertRowid);
}

export function dataType(declared: string): DataType {
  const type = declared.toLowerCase();
  return DATA_TYPES.find((each) => each === type) ?? OTHER_TYPES[declared.toUpperCase()] ?? "text";
}
