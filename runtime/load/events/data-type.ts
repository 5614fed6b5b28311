/**
 * Types of columns, and which values fit into which: as in dlt, but only where nothing of the value is lost.
 * Pure.
 */
import { pythonJson } from "../../core/python-json.ts";
import { INT64_MAX, INT64_MIN } from "../types/cell.ts";
import { ExactNumber, type JsonValue } from "./exact-json.ts";
import { timestampOf, timestampOfSeconds, timestampOrDateOf } from "./timestamp.ts";

/** dlt's names. In SQLite they are the columns' declared types, so that a database says them itself. */
export const DATA_TYPES = ["bigint", "double", "bool", "text", "timestamp", "json"] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** What goes into SQLite; bool is 0 or 1. */
export type SqlValue = string | number | bigint;

/** A value that is there: not null. */
type Something = Exclude<JsonValue, null>;

/** The type of a value by itself: that of a variant column for it. */
export function typeOf(value: Something): DataType {
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "bigint" : "double";
    default:
      return value instanceof ExactNumber ? typeOfExact(value) : "json";
  }
}

/** Beyond 64 bits there is no number in SQLite that is the same: its digits are kept. */
function typeOfExact(number: ExactNumber): DataType {
  if (!number.isWhole) return Number.isFinite(Number(number.text)) ? "double" : "text";
  const value = BigInt(number.text);
  return value >= INT64_MIN && value <= INT64_MAX ? "bigint" : "text";
}

/** The type of a new column whose first value this is: a text may be a point in time. */
export function inferType(value: Something): DataType {
  return typeof value === "string" && timestampOf(value) !== null ? "timestamp" : typeOf(value);
}

/** The value as it is stored in a column of this type; null when it does not fit without loss. */
export function fitInto(type: DataType, value: Something): SqlValue | null {
  switch (type) {
    case "text":
      return asText(value);
    case "bigint":
      return asBigint(value);
    case "double":
      return asDouble(value);
    case "bool":
      return asBool(value);
    case "timestamp":
      return asTimestamp(value);
    case "json":
      return typeOf(value) === "json" ? JSON.stringify(value) : null;
  }
}

/** Everything has a text; those of numbers and bools are Python's, as dlt writes them. */
function asText(value: Something): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof ExactNumber) return value.text;
  return typeof value === "number" ? pythonJson(value) : JSON.stringify(value);
}

function asBigint(value: Something): number | bigint | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  if (typeof value === "string") {
    return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : null;
  }
  if (!(value instanceof ExactNumber)) return null;
  if (value.isWhole) return typeOfExact(value) === "bigint" ? BigInt(value.text) : null;
  const number = Number(value.text);
  return Number.isSafeInteger(number) ? number : null;
}

function asDouble(value: Something): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const number = Number(value);
    return value !== "" && Number.isFinite(number) && String(number) === value ? number : null;
  }
  if (!(value instanceof ExactNumber)) return null;
  const number = Number(value.text);
  if (value.isWhole) return Number.isSafeInteger(number) ? number : null;
  return Number.isFinite(number) ? number : null;
}

function asBool(value: Something): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === 0 || value === 1) return value;
  if (typeof value !== "string") return null;
  if (/^true$/i.test(value)) return 1;
  return /^false$/i.test(value) ? 0 : null;
}

function asTimestamp(value: Something): string | null {
  if (typeof value === "string") return timestampOrDateOf(value);
  return typeof value === "number" ? timestampOfSeconds(value) : null;
}
