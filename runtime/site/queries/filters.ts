/**
 * The filter operators, one row each: what it means in SQL and in English.
 * https://docs.datasette.io/en/latest/json_api.html#column-filter-arguments
 */

import { quoteAlways, quoteIdentifier } from "../../core/names.ts";
import { pythonJson } from "../../core/python-json.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import { parseJsonValues } from "./json-values.ts";

export interface Operator {
  key: string;
  /** As the filter form shows it. */
  display: string;
  noArgument: boolean;
  /** `bind` gives a value a parameter and returns its placeholder, such as `:p0`. */
  sql(column: string, value: string, bind: (value: SqlValue) => string, table: string): string;
  human(column: string, value: string): string;
}

export const OPERATORS: readonly Operator[] = [
  comparison("exact", "=", "=", numberOrQuoted("=")),
  comparison("not", "!=", "!=", numberOrQuoted("!=")),
  like("contains", "contains", "like", (text) => `%${text}%`),
  like("notcontains", "does not contain", "not like", (text) => `%${text}%`),
  like("endswith", "ends with", "like", (text) => `%${text}`),
  like("startswith", "starts with", "like", (text) => `${text}%`),
  order("gt", ">", ">"),
  order("gte", "≥", ">="),
  order("lt", "<", "<"),
  order("lte", "≤", "<="),
  like("like", "like", "like", (text) => text),
  like("notlike", "not like", "not like", (text) => text),
  like("glob", "glob", "glob", (text) => text),
  membership("in", "in", "in"),
  membership("notin", "not in", "not in"),
  arrayMembership("arraycontains", "array contains", "in", "contains"),
  arrayMembership("arraynotcontains", "array does not contain", "not in", "does not contain"),
  {
    key: "date",
    display: "date",
    noArgument: false,
    sql: (column, value, bind) => `date(${quoteAlways(column)}) = ${bind(value)}`,
    human: (column, value) => `"${column}" is on date ${value}`,
  },
  test("isnull", "is null", (column) => `${column} is null`),
  test("notnull", "is not null", (column) => `${column} is not null`),
  // "" is an empty string here: SQLite takes a quoted name that is no column for a string.
  test("isblank", "is blank", (column) => `(${column} is null or ${column} = "")`),
  test("notblank", "is not blank", (column) => `(${column} is not null and ${column} != "")`),
];

const BY_KEY = new Map(OPERATORS.map((operator) => [operator.key, operator]));

/** undefined for an operator that does not exist. */
export function findOperator(key: string): Operator | undefined {
  return BY_KEY.get(key);
}

function comparison(
  key: string,
  display: string,
  sqlOperator: string,
  human: Operator["human"],
): Operator {
  return {
    key,
    display,
    noArgument: false,
    sql: (column, value, bind) => `${quoteAlways(column)} ${sqlOperator} ${bind(value)}`,
    human,
  };
}

function numberOrQuoted(sign: string): Operator["human"] {
  return (column, value) =>
    /^\d+$/.test(value) ? `${column} ${sign} ${value}` : `${column} ${sign} "${value}"`;
}

function like(
  key: string,
  display: string,
  sqlOperator: string,
  pattern: (text: string) => string,
): Operator {
  return {
    key,
    display,
    noArgument: false,
    sql: (column, value, bind) => `${quoteAlways(column)} ${sqlOperator} ${bind(pattern(value))}`,
    human: (column, value) => `${column} ${display} "${value}"`,
  };
}

/** Only these turn digits into a number; elsewhere the column's affinity decides. */
function order(key: string, display: string, sqlOperator: string): Operator {
  return {
    key,
    display,
    noArgument: false,
    sql: (column, value, bind) =>
      `${quoteAlways(column)} ${sqlOperator} ${bind(digitsAsNumber(value))}`,
    human: (column, value) => `${column} ${display} ${value}`,
  };
}

function digitsAsNumber(text: string): SqlValue {
  if (!/^[0-9]+$/.test(text)) return text;
  const integer = BigInt(text);
  return integer === BigInt.asIntN(64, integer) ? integer : Number(text);
}

function membership(key: string, display: string, sqlOperator: string): Operator {
  return {
    key,
    display,
    noArgument: false,
    sql: (column, value, bind) =>
      `${quoteIdentifier(column)} ${sqlOperator} (${listedValues(value).map(bind).join(", ")})`,
    human: (column, value) => `${column} ${display} ${pythonJson(listedValues(value))}`,
  };
}

/** `a,b,c`, or a JSON list where the values contain commas. */
function listedValues(text: string): SqlValue[] {
  if (!text.startsWith("[")) return text.split(",").map((value) => value.trim());
  const values = parseJsonValues(text);
  if (values === null) throw badRequest(`Invalid JSON list: ${text}`);
  return values;
}

function arrayMembership(
  key: string,
  display: string,
  sqlOperator: string,
  words: string,
): Operator {
  return {
    key,
    display,
    noArgument: false,
    sql: (column, value, bind, table) =>
      `${bind(value)} ${sqlOperator} (select value from json_each(${bracketed(table)}.${bracketed(column)}))`,
    human: (column, value) => `${column} ${words} "${value}"`,
  };
}

function bracketed(name: string): string {
  return name.includes("]") ? quoteAlways(name) : `[${name}]`;
}

function test(key: string, display: string, sql: (column: string) => string): Operator {
  return {
    key,
    display,
    noArgument: true,
    sql: (column) => sql(quoteAlways(column)),
    human: (column) => `${column} ${display}`,
  };
}
