import { isJson } from "../../../core/is-json.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { Labels } from "../../queries/labels.ts";
import { appendMembers, type Encoder, type Member } from "../fast-text/json-members.ts";
import { type InfinityForm, valueJson } from "./json.ts";

/** Rows on their way into JSON. */
export interface JsonRows {
  columns: readonly string[];
  rows: readonly SqlValue[][];
  /** Column → labels: its values become `{"value": …, "label": …}` where they have one. */
  labels?: ReadonlyMap<string, Labels>;
  /** Columns whose text is JSON and is to be taken as such. */
  jsonColumns?: ReadonlySet<string>;
  infinity: InfinityForm;
}

/** A list of objects, one for each row. Of columns with the same name the last one counts. */
export function objectList(source: JsonRows): string {
  const { rows } = source;
  const members = membersOf(source);
  const encodeOther: Encoder = (value) => valueJson(value, source.infinity);
  let text = "[";
  for (let index = 0; index < rows.length; index++) {
    text += index === 0 ? "{" : ",{";
    text = appendMembers(text, members, rows[index]!, encodeOther);
    text += "}";
  }
  return `${text}]`;
}

/** The same, one object a line. */
export function objectLines(source: JsonRows): string {
  return objects(source).join("\n");
}

export function objects(source: JsonRows): string[] {
  const members = membersOf(source);
  const encodeOther: Encoder = (value) => valueJson(value, source.infinity);
  return source.rows.map((row) => `{${appendMembers("", members, row, encodeOther)}}`);
}

/** A list of lists: each row's values. */
export function arrayList(source: JsonRows): string {
  const encoders = source.columns.map((column) => encoderOf(source, column));
  const lists = source.rows.map(
    (row) => `[${row.map((value, index) => encoders[index]!(value)).join(",")}]`,
  );
  return `[${lists.join(",")}]`;
}

/** A list of each row's first value. */
export function firstValueList(source: JsonRows): string {
  const [first] = source.columns;
  if (first === undefined) return "[]";
  const encode = encoderOf(source, first);
  return `[${source.rows.map((row) => encode(row[0] ?? null)).join(",")}]`;
}

function membersOf(source: JsonRows): Member[] {
  const { columns, labels, jsonColumns } = source;
  return [...new Set(columns)].map((name, position) => ({
    start: `${position === 0 ? "" : ","}${JSON.stringify(name)}:`,
    index: columns.lastIndexOf(name),
    encode: labels?.has(name) || jsonColumns?.has(name) ? encoderOf(source, name) : null,
  }));
}

function encoderOf({ labels, jsonColumns, infinity }: JsonRows, column: string): Encoder {
  const encode: Encoder = (value) => valueJson(value, infinity);
  const known = labels?.get(column);
  if (known) {
    return (value) =>
      known.has(value)
        ? `{"value":${encode(value)},"label":${encode(known.get(value))}}`
        : encode(value);
  }
  if (jsonColumns?.has(column)) {
    return (value) => (typeof value === "string" && isJson(value) ? value : encode(value));
  }
  return encode;
}
