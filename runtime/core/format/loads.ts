/**
 * Loads as the manifest lists them: which file became what, and why one did not. Shorter than the record
 * of a load that is kept beside it, because every cold start of the site reads the manifest.
 */
import { asArray, asCount, asNull, asObject, asString, InvalidData } from "./check.ts";

export interface Load {
  /** Tells loads apart: one that is written down a second time is in the list once. */
  id: string;
  /** The file, as its owner knows it: `sales.csv`, `shop/sales.csv` in the inbox. */
  source: string;
  status: LoadStatus;
  /** When it ended; ISO 8601, UTC. */
  at: string;
  milliseconds: number;
  /** Bytes of the file. */
  size: number;
  /** The database that it is for; null where its name says none. */
  database: string | null;
  /** The version of the site that has it first; null for none. */
  version: number | null;
  tables: LoadedTable[];
  warnings: string[];
  /** Why it failed; `line` is of the file, from 1. */
  error: { message: string; hint: string; line: number | null } | null;
}

export const LOAD_STATUSES = ["published", "unchanged", "failed"] as const;
export type LoadStatus = (typeof LOAD_STATUSES)[number];

export interface LoadedTable {
  table: string;
  /** How the file was understood: "CSV, semicolons, windows-1252". */
  format: string;
  /** `replace`, `append` or `upsert`. */
  mode: string;
  /** Rows read. */
  rows: number;
  /** Columns in all; `columns` has the first of them. */
  columnCount: number;
  columns: LoadedColumn[];
  warnings: string[];
}

export interface LoadedColumn {
  name: string;
  type: string;
  /** Cells without a value. */
  empty: number;
  /** How dates were written that are ISO now; null where nothing was rewritten. */
  dates: string | null;
}

/** Throws InvalidData. */
export function asLoad(value: unknown, where: string): Load {
  const load = asObject(value, where);
  const status = LOAD_STATUSES.find((each) => each === load.status);
  if (status === undefined) throw new InvalidData(`${where}.status is unknown to this dsl`);
  return {
    id: asString(load.id, `${where}.id`),
    source: asString(load.source, `${where}.source`),
    status,
    at: asString(load.at, `${where}.at`),
    milliseconds: asCount(load.milliseconds, `${where}.milliseconds`),
    size: asCount(load.size, `${where}.size`),
    database: asNull(load.database, `${where}.database`, asString),
    version: asNull(load.version, `${where}.version`, asCount),
    tables: asArray(load.tables, `${where}.tables`, asTable),
    warnings: asArray(load.warnings, `${where}.warnings`, asString),
    error: asNull(load.error, `${where}.error`, (error, at) => {
      const { message, hint, line } = asObject(error, at);
      return {
        message: asString(message, `${at}.message`),
        hint: asString(hint, `${at}.hint`),
        line: asNull(line, `${at}.line`, asCount),
      };
    }),
  };
}

function asTable(value: unknown, where: string): LoadedTable {
  const table = asObject(value, where);
  return {
    table: asString(table.table, `${where}.table`),
    format: asString(table.format, `${where}.format`),
    mode: asString(table.mode, `${where}.mode`),
    rows: asCount(table.rows, `${where}.rows`),
    columnCount: asCount(table.columnCount, `${where}.columnCount`),
    columns: asArray(table.columns, `${where}.columns`, (column, at) => {
      const { name, type, empty, dates } = asObject(column, at);
      return {
        name: asString(name, `${at}.name`),
        type: asString(type, `${at}.type`),
        empty: asCount(empty, `${at}.empty`),
        dates: asNull(dates, `${at}.dates`, asString),
      };
    }),
    warnings: asArray(table.warnings, `${where}.warnings`, asString),
  };
}
