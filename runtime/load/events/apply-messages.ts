/** Messages of events → rows in an open database, each message whole or not at all. */
import type { Database } from "better-sqlite3";
import { type EventMessage, eventId, isKeyed } from "./event-message.ts";
import { EventTables } from "./event-tables.ts";
import { type JsonValue, parseExact } from "./exact-json.ts";
import { nameOfKey } from "./names.ts";
import { EventRefused, ID, normaliseEvent, type Rules, rootTable } from "./normalise.ts";

/** An event that will never be loaded under the rules as they are. */
export interface RefusedEvent {
  message: EventMessage;
  /** Its place in `message.events`. */
  index: number;
  code: string;
  reason: string;
}

export interface Applied {
  /** Of the batch: `_dlt_load_id` of its rows. */
  loadId: string;
  /** Events that are rows now and were not before. */
  loaded: number;
  /** Events that had been loaded already. */
  repeated: number;
  /** Events that the contract left out. */
  discarded: number;
  refused: RefusedEvent[];
  /** Rows that came in addition, by table; null where nobody knows. */
  added: ReadonlyMap<string, number | null>;
}

export interface BatchPlace {
  /** Name of the database. */
  schemaName: string;
  now: Date;
  /** Whether it is written down which rows the batch has written: `row-ranges.ts`. */
  keepsRanges?: boolean;
  /** Whether an event with this id is a row of another database, where one of its kind may have gone. */
  isElsewhere?(table: string, id: string): boolean;
}

/** The rows of Datasette's writes are flat: what is in them stays JSON. */
const FLAT = 0;

/** Inside a transaction. */
export function applyMessages(
  database: Database,
  messages: readonly EventMessage[],
  place: BatchPlace,
  rules: Rules,
): Applied {
  const tables = new EventTables(database);
  const { added } = tables;
  const loadId = tables.nextLoadId(place.now);
  const applied: Applied = { loadId, loaded: 0, repeated: 0, discarded: 0, refused: [], added };
  for (const message of messages) applyMessage(database, tables, message, place, rules, applied);
  if (applied.loaded > 0) {
    tables.recordLoad(loadId, place.schemaName, place.now);
    if (place.keepsRanges) tables.written.record(database, loadId);
  }
  return applied;
}

function applyMessage(
  database: Database,
  tables: EventTables,
  message: EventMessage,
  place: BatchPlace,
  rules: Rules,
  applied: Applied,
): void {
  for (const [index, text] of message.events.entries()) {
    const mark = tables.schema.mark;
    database.exec("SAVEPOINT event");
    try {
      const outcome = applyEvent(tables, message, index, text, applied.loadId, place, rules);
      applied[outcome]++;
      database.exec("RELEASE event");
    } catch (error) {
      database.exec("ROLLBACK TO event; RELEASE event");
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      tables.takeBack(mark);
      applied.refused.push({ message, index, ...refusal });
    }
  }
}

function applyEvent(
  tables: EventTables,
  message: EventMessage,
  index: number,
  text: string,
  loadId: string,
  { isElsewhere }: BatchPlace,
  rules: Rules,
): "loaded" | "repeated" | "discarded" {
  const { write, key } = message;
  const event: JsonValue = parseExact(text);
  const table = rootTable(message.table);
  const id = eventId(message.id, message.positions[index] ?? 0);
  const place = { table, id, loadId };
  const limits = write === "append" ? rules.limits : { ...rules.limits, nesting: FLAT };
  const rows = normaliseEvent(event, place, tables.schema, { ...rules, limits });
  const [root] = rows;
  if (root === undefined) return "discarded";
  const rowId = String(root.values.get(ID));
  if (isElsewhere !== undefined && (isKeyed(message.id) || rowId !== id)) {
    if (isElsewhere(table, rowId)) return "repeated";
  }
  const wanted = key?.map(nameOfKey) ?? null;
  const keys = tables.keyOf(table) ?? wanted ?? [];
  const missing = keys.find((column) => !root.values.has(column));
  if (missing !== undefined) {
    throw new EventRefusedByKey(`A row for ${table} has no ${missing}, which is its primary key`);
  }
  if ((write === "upsert" || write === "replace") && keys.length === 0) {
    throw new EventRefusedByKey(`${table} has no primary key, so nothing can be written over`);
  }
  tables.applyChanges(wanted === null ? null : { table, columns: wanted });
  return tables.insert(rows, write) ? "loaded" : "repeated";
}

class EventRefusedByKey extends Error {}

/** Null for what is not the event's fault. */
function refusalOf(error: unknown): { code: string; reason: string } | null {
  if (error instanceof EventRefused) return { code: error.code, reason: error.message };
  if (error instanceof EventRefusedByKey) return { code: "no_key", reason: error.message };
  if (error instanceof SyntaxError) return { code: "not_json", reason: error.message };
  const { code, message } = error as { code?: unknown; message: string };
  if (String(code).startsWith("SQLITE_CONSTRAINT")) return { code: "conflict", reason: message };
  // One event must not hold up the others of its batch; a full disk is nobody's fault.
  const isItsOwn = ["SQLITE_TOOBIG", "SQLITE_ERROR", "SQLITE_MISMATCH"].includes(String(code));
  if (isItsOwn || error instanceof RangeError || error instanceof TypeError) {
    return { code: "failed", reason: message };
  }
  return null;
}
