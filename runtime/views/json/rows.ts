import type { Labels } from "../../queries/labels.ts";
import type { SqlValue } from "../../values.ts";
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

type Encoder = (value: SqlValue) => string;

/** Each row as an object. Of columns with the same name the last one counts. */
export function objectRows(source: JsonRows): string[] {
  const encoders = columnEncoders(source);
  const members = [...new Set(source.columns)].map((name, position) => ({
    start: `${position === 0 ? "" : ","}${JSON.stringify(name)}:`,
    index: source.columns.lastIndexOf(name),
  }));
  return source.rows.map((row) => {
    let text = "{";
    for (const { start, index } of members) text += start + encoders[index]!(row[index] ?? null);
    return `${text}}`;
  });
}

/** Each row as a list of its values. */
export function arrayRows(source: JsonRows): string[] {
  const encoders = columnEncoders(source);
  return source.rows.map(
    (row) => `[${row.map((value, index) => encoders[index]!(value)).join(",")}]`,
  );
}

/** The first value of each row. */
export function firstValues(source: JsonRows): string[] {
  const encoders = columnEncoders(source);
  return source.rows.map((row) => encoders[0]?.(row[0] ?? null) ?? "null");
}

function columnEncoders({ columns, labels, jsonColumns, infinity }: JsonRows): Encoder[] {
  const encode: Encoder = (value) => valueJson(value, infinity);
  return columns.map((column) => {
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
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
