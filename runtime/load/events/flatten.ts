/**
 * One event → the rows of its tables, as dlt's relational normaliser does it: objects become columns of
 * their row (`user__name`), lists become tables (`orders__items`) whose rows say which row they belong to.
 * Pure; names are normalised, values are not looked at.
 */
import { createHash } from "node:crypto";
import { ExactNumber, type JsonValue } from "./exact-json.ts";
import { EMPTY_NAME, joinNames, nameOfKey } from "./names.ts";

/** One value of a row. */
export interface FlatValue {
  name: string;
  /** Keys on the way to it, as they were in the event: tells apart what gets the same name. */
  path: string;
  value: Exclude<JsonValue, null>;
}

export interface FlatRow {
  table: string;
  /** Of this row. */
  id: string;
  /** Null for the event itself. */
  parent: { id: string; table: string; index: number } | null;
  values: FlatValue[];
}

export interface Walk {
  /**
   * Whether what is found under this name stays JSON although it could be taken apart; `list` says which
   * table it would go into and how many rows, null for an object.
   */
  keepsJson(table: string, name: string, list: { table: string; length: number } | null): boolean;
  /** Takes a row, a parent always before its children; false: what is below it is not wanted. */
  row(row: FlatRow): boolean;
}

/** Bytes of the id of a row in a list. */
const ID_BYTES = 10;

type JsonObject = { [key: string]: JsonValue };

/** `nesting` levels are taken apart; an event that is no object is one with the member `value`. */
export function flatten(
  event: JsonValue,
  { table, id, nesting }: { table: string; id: string; nesting: number },
  walk: Walk,
): void {
  const object = isObject(event) ? event : { value: event };
  flattenRow(object, { table, id, parent: null }, nesting, walk);
}

function flattenRow(
  object: JsonObject,
  place: Pick<FlatRow, "table" | "id" | "parent">,
  levels: number,
  walk: Walk,
): void {
  const { table, id } = place;
  const values: FlatValue[] = [];
  const lists: { table: string; list: JsonValue[] }[] = [];
  const waiting = [{ object, levels, names: [] as string[], path: "" }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const [key, value] of Object.entries(at.object)) {
      if (value === null) continue;
      const names = [...at.names, key.trim() === "" ? EMPTY_NAME : nameOfKey(key)];
      const name = names.length === 1 ? (names[0] as string) : joinNames(names);
      const path = `${at.path}/${key}`;
      const list = Array.isArray(value)
        ? { table: joinNames([table, ...names]), length: value.length }
        : null;
      const isNested = list !== null || isObject(value);
      if (isNested && at.levels > 0 && !walk.keepsJson(table, name, list)) {
        if (list !== null) lists.push({ table: list.table, list: value as JsonValue[] });
        else waiting.push({ object: value as JsonObject, levels: at.levels - 1, names, path });
      } else {
        values.push({ name, path, value });
      }
    }
  }
  if (!walk.row({ ...place, values })) return;
  for (const { table: listTable, list } of lists) {
    flattenList(list, { table: listTable, parent: table, id }, levels - 1, walk);
  }
}

/** A list in a list is a row with the member `list`, a single value one with the member `value`. */
function flattenList(
  list: JsonValue[],
  { table, parent, id }: { table: string; parent: string; id: string },
  levels: number,
  walk: Walk,
): void {
  for (const [index, item] of list.entries()) {
    const place = {
      table,
      id: idInList(id, table, index),
      parent: { id, table: parent, index },
    };
    if (isObject(item)) flattenRow(item, place, levels, walk);
    else if (Array.isArray(item)) flattenRow({ list: item }, place, levels - 1, walk);
    else flattenRow({ value: item }, place, levels, walk);
  }
}

/** The same event gives the same ids: dlt's rule. */
function idInList(parentId: string, table: string, index: number): string {
  return createHash("shake128", { outputLength: ID_BYTES })
    .update(`${parentId}_${table}_${index}`)
    .digest("base64")
    .replace(/=+$/, "");
}

function isObject(value: JsonValue): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}
