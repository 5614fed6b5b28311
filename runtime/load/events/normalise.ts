/**
 * One event → rows with typed values, and what the schema needs for them: names, types, variants,
 * contracts, limits. No I/O.
 */
import { type Contract, type Contracts, contractOf } from "./contract.ts";
import { type DataType, fitInto, inferType, type SqlValue, typeOf } from "./data-type.ts";
import type { EventSchema } from "./event-schema.ts";
import { ExactNumber, type JsonValue } from "./exact-json.ts";
import { type FlatRow, type FlatValue, flatten } from "./flatten.ts";
import type { EventLimits } from "./limits.ts";
import { joinNames, LONGEST_NAME, normalisePath, tagOf } from "./names.ts";

/** Columns of the normaliser itself; a client's key of such a name gets another one. */
export const ID = "_dlt_id";
export const LOAD_ID = "_dlt_load_id";
export const PARENT_ID = "_dlt_parent_id";
export const LIST_INDEX = "_dlt_list_idx";
/** Values for which the table has no columns any more, as one JSON object. */
export const REST = "_dlt_rest";
const OWN = new Set([ID, LOAD_ID, PARENT_ID, LIST_INDEX, REST]);
/** A client may give an event an id of its own, of at most so many characters. */
const LONGEST_ID = 128;

export interface EventRow {
  table: string;
  isRoot: boolean;
  values: Map<string, SqlValue>;
}

export interface EventPlace {
  /** As the client named it. */
  table: string;
  /** Of the event, unless it has one of its own. */
  id: string;
  loadId: string;
}

export interface Rules {
  contracts: Contracts;
  limits: EventLimits;
}

/** Why an event cannot be loaded under the rules as they are. */
export class EventRefused extends Error {
  readonly code: "frozen" | "too_many_tables" | "bad_table";

  constructor(code: EventRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** The table's name as it will be. Throws EventRefused for one that cannot be. */
export function rootTable(name: string): string {
  const table = normalisePath(name);
  if (table !== "" && !/^(_dlt|sqlite)_/.test(table)) return table;
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  throw new EventRefused("bad_table", `"${shown}" cannot be the name of a table`);
}

/**
 * The rows, each after the one that it belongs to; none when the contract discards the event. `schema`
 * grows by what they need. Throws EventRefused; the schema is then as it was.
 */
export function normaliseEvent(
  event: JsonValue,
  { table: named, id, loadId }: EventPlace,
  schema: EventSchema,
  { contracts, limits }: Rules,
): EventRow[] {
  const table = rootTable(named);
  const contract = contractOf(contracts, table);
  const mark = schema.mark;
  const rows: EventRow[] = [];
  const tables = new AddedTables(schema, limits.tables);
  let room = limits.rows;
  try {
    flatten(
      event,
      { table, id: ownId(event) ?? id, nesting: limits.nesting },
      {
        keepsJson: (of, name, list) => {
          if (schema.columns(of)?.get(name) === "json") return true;
          if (list === null) return false;
          if (list.length > room || !tables.hasRoomFor(of, list.table)) return true;
          room -= list.length;
          return false;
        },
        row: (flat) => {
          const row = new RowFitter(flat, schema, contract, limits).fit(loadId);
          if (row !== null) rows.push(row);
          return row !== null;
        },
      },
    );
    return rows;
  } catch (error) {
    schema.takeBack(mark);
    throw error;
  }
}

function ownId(event: JsonValue): string | null {
  if (typeof event !== "object" || event === null || event instanceof ExactNumber) return null;
  const id = Array.isArray(event) ? null : event[ID];
  return typeof id === "string" && id !== "" && id.length <= LONGEST_ID ? id : null;
}

/** Counts the tables that an event adds before there are any, because lists are chosen before their rows. */
class AddedTables {
  readonly #schema: EventSchema;
  readonly #room: number;
  readonly #added = new Set<string>();

  constructor(schema: EventSchema, limit: number) {
    this.#schema = schema;
    this.#room = limit - schema.tableCount;
  }

  hasRoomFor(parent: string, listTable: string): boolean {
    if (this.#schema.columns(parent) === undefined) this.#added.add(parent);
    if (this.#schema.columns(listTable) !== undefined || this.#added.has(listTable)) return true;
    if (this.#added.size >= this.#room) return false;
    this.#added.add(listTable);
    return true;
  }
}

/** Puts the values of one row into columns. */
class RowFitter {
  readonly #flat: FlatRow;
  readonly #schema: EventSchema;
  readonly #contract: Contract;
  readonly #limits: EventLimits;
  readonly #values = new Map<string, SqlValue>();
  readonly #rest = new Map<string, JsonValue>();
  /** The first row of a table says which columns it has. */
  #isNewTable = false;

  constructor(flat: FlatRow, schema: EventSchema, contract: Contract, limits: EventLimits) {
    this.#flat = flat;
    this.#schema = schema;
    this.#contract = contract;
    this.#limits = limits;
  }

  /** Null when the row is discarded. */
  fit(loadId: string): EventRow | null {
    const { table, id, parent, values } = this.#flat;
    if (this.#schema.columns(table) === undefined && !this.#addTable()) return null;
    this.#own(ID, "text", id);
    if (parent === null) {
      this.#own(LOAD_ID, "text", loadId);
    } else {
      this.#own(PARENT_ID, "text", parent.id);
      this.#own(LIST_INDEX, "bigint", parent.index);
    }
    for (const value of values) {
      const isId = parent === null && value.name === ID && value.value === id;
      if (!isId && !this.#put(value)) return null;
    }
    if (this.#rest.size > 0) {
      this.#own(REST, "json", JSON.stringify(Object.fromEntries(this.#rest)));
    }
    return { table, isRoot: parent === null, values: this.#values };
  }

  #addTable(): boolean {
    const { table, parent } = this.#flat;
    const mode = this.#contract.tables;
    if (mode === "freeze") {
      throw new EventRefused("frozen", `There is no table ${table}, and no table is added`);
    }
    if (mode !== "evolve") return false;
    if (this.#schema.tableCount >= this.#limits.tables && parent === null) {
      throw new EventRefused(
        "too_many_tables",
        `There is no table ${table}, and there are ${this.#limits.tables} tables already`,
      );
    }
    this.#schema.addTable(table);
    this.#isNewTable = true;
    return true;
  }

  #own(name: string, type: DataType, value: SqlValue): void {
    const { table } = this.#flat;
    if (!this.#schema.columns(table)?.has(name)) this.#schema.addColumn(table, name, type);
    this.#values.set(name, value);
  }

  /** False when the contract discards the row for it. */
  #put({ name, path, value }: FlatValue): boolean {
    const columns = this.#schema.columns(this.#flat.table);
    let column = name;
    for (let isVariant = false; ; ) {
      if (OWN.has(column) || this.#values.has(column) || this.#rest.has(column)) {
        // Two keys of one row can get the same name.
        column = joinNames([column, tagOf(path)]);
        continue;
      }
      const type = columns?.get(column);
      if (type === undefined) return this.#putNew(column, value, isVariant);
      const fitting = fitInto(type, value);
      if (fitting !== null) {
        this.#values.set(column, fitting);
        return true;
      }
      isVariant = true;
      column = joinNames([column, `v_${typeOf(value)}`]);
    }
  }

  #putNew(column: string, value: FlatValue["value"], isVariant: boolean): boolean {
    const { table } = this.#flat;
    const mode = isVariant ? this.#contract.data_type : this.#contract.columns;
    if (mode !== "evolve" && (isVariant || !this.#isNewTable)) {
      if (mode !== "freeze") return mode === "discard_value";
      const what = isVariant ? "of another type than it has values" : "that it does not have";
      throw new EventRefused("frozen", `${table} takes no values ${what} (${column})`);
    }
    const type = isVariant ? typeOf(value) : inferType(value);
    if ((this.#schema.columns(table)?.size ?? 0) >= this.#limits.columns) {
      this.#rest.set(column, value);
      return true;
    }
    this.#schema.addColumn(table, column, type);
    this.#values.set(column, fitInto(type, value) as SqlValue);
    return true;
  }
}
