/**
 * Datasette's write API, as far as it adds rows: the shapes of its requests, its errors and limits
 * (https://docs.datasette.io/en/latest/json_api.html#the-json-write-api).
 */
import { formatCount } from "../../core/quantities.ts";
import type { Write } from "../events/event-message.ts";
import { JsonSplitter } from "../json/splitter.ts";
import { Refusal } from "./refusal.ts";
import { checkDepth, prepared, type SentEvent } from "./split-events.ts";

export interface WriteCall {
  table: string;
  write: Write;
  key: string[] | null;
  rows: SentEvent[];
}

/** Datasette's setting `max_insert_rows`, as it is by default. */
export const MAX_INSERT_ROWS = 100;

/** Characters of the names of a primary key's columns: a message of the queue has them beside its events. */
const LONGEST_KEY = 1000;

/** Of a body: empty ones cost 100 bytes of memory for each of theirs, whatever key they stand under. */
const MOST_OBJECTS = 100_000;

type Fields = Record<string, unknown>;

/** `POST /DB/TABLE/-/insert` and `-/upsert`. Throws a Refusal. */
export function parseRowsCall(text: string, table: string, isUpsert: boolean): WriteCall {
  const fields = parseFields(text, "JSON must be a dictionary");
  if (!("row" in fields || "rows" in fields)) {
    throw new Refusal(400, 'JSON must have one or other of "row" or "rows"');
  }
  const rows = rowsOf(fields, text);
  const { row: _row, rows: _rows, ...extras } = fields;
  const invalid = Object.keys(extras).filter(
    (name) => !["return", "ignore", "replace", "alter"].includes(name),
  );
  if (invalid.length > 0) {
    throw new Refusal(400, `Invalid parameter: "${invalid.sort().join('", "')}"`);
  }
  if (extras.ignore && extras.replace) {
    throw new Refusal(400, 'Cannot use "ignore" and "replace" at the same time');
  }
  if (isUpsert && (extras.ignore || extras.replace)) {
    throw new Refusal(400, "Upsert does not support ignore or replace");
  }
  if (extras.return) throw cannotReturn();
  return { table, write: isUpsert ? "upsert" : writeOf(extras), key: null, rows };
}

/** `POST /DB/-/create`. Throws a Refusal. */
export function parseCreateCall(text: string): WriteCall {
  const fields = parseFields(text, "JSON must be an object");
  const known = ["table", "row", "rows", "columns", "pk", "pks", "ignore", "replace", "alter"];
  const invalid = Object.keys(fields).filter((name) => !known.includes(name));
  if (invalid.length > 0) throw new Refusal(400, `Invalid keys: ${invalid.sort().join(", ")}`);
  const { table, columns, pk, pks } = fields;
  if (typeof table !== "string" || table === "") throw new Refusal(400, "Table is required");
  if (columns !== undefined && ("row" in fields || "rows" in fields)) {
    throw new Refusal(400, "Cannot specify columns with rows or row");
  }
  if (!("row" in fields || "rows" in fields)) {
    throw new Refusal(400, "row or rows is required: here a table comes with its first rows");
  }
  if (pk !== undefined && pks !== undefined) {
    throw new Refusal(400, "Cannot specify both pk and pks");
  }
  if (pk !== undefined && typeof pk !== "string") throw new Refusal(400, "pk must be a string");
  const isList = Array.isArray(pks) && pks.every((name) => typeof name === "string");
  if (pks !== undefined && !isList) throw new Refusal(400, "pks must be a list of strings");
  if (fields.ignore && fields.replace) {
    throw new Refusal(400, "ignore and replace are mutually exclusive");
  }
  if ((fields.ignore || fields.replace) && pk === undefined && pks === undefined) {
    throw new Refusal(400, "ignore and replace require a primary key");
  }
  if (JSON.stringify(pks ?? pk ?? "").length > LONGEST_KEY) {
    throw new Refusal(400, "The names of the primary key's columns are too long");
  }
  const key = pk === undefined ? ((pks as string[] | undefined) ?? null) : [pk];
  return { table, write: writeOf(fields), key, rows: rowsOf(fields, text) };
}

function parseFields(text: string, otherwise: string): Fields {
  if (checkDepth(text).opened > MOST_OBJECTS) {
    throw new Refusal(413, `A request may have ${formatCount(MOST_OBJECTS, "object")} and lists`);
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `Invalid JSON: ${(error as Error).message}`);
  }
  if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
    return fields as Fields;
  }
  throw new Refusal(400, otherwise);
}

/** The texts of the rows, as they are in the body: numbers keep all of their digits. */
function rowsOf(fields: Fields, text: string): SentEvent[] {
  if ("row" in fields) {
    if ("rows" in fields) {
      throw new Refusal(400, 'Cannot use "row" and "rows" at the same time');
    }
    if (!isObject(fields.row)) throw new Refusal(400, '"row" must be a dictionary');
  } else {
    if (!Array.isArray(fields.rows)) throw new Refusal(400, '"rows" must be a list');
    if (!fields.rows.every(isObject)) {
      throw new Refusal(400, '"rows" must be a list of dictionaries');
    }
    if (fields.rows.length > MAX_INSERT_ROWS) {
      throw new Refusal(400, `Too many rows, maximum allowed is ${MAX_INSERT_ROWS}`);
    }
    if (fields.rows.length === 0) throw new Refusal(400, '"rows" is empty');
  }
  const wanted = "row" in fields ? "row" : "rows";
  const rows = new JsonSplitter("the body", "object")
    .write(text, true)
    .filter(({ key }) => key === wanted);
  const count = Array.isArray(fields.rows) ? fields.rows.length : 1;
  if (rows.length !== count) throw new Refusal(400, `"${wanted}" is there twice`);
  return rows.map(({ text: row, line }) => ({ text: prepared(row, line), line }));
}

function writeOf({ ignore, replace }: Fields): Write {
  if (replace) return "replace";
  return ignore ? "ignore" : "insert";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cannotReturn(): Refusal {
  return new Refusal(400, '"return" is not possible here: rows are written a moment later');
}
