import type { SqlValue } from "./values.ts";

export interface QueryResult {
  columns: readonly string[];
  rows: SqlValue[][];
  /** There were more rows than were read. */
  truncated: boolean;
}

export interface RowLimits {
  /** Reads at most this many rows and says whether there were more; undefined for all. */
  maxRows?: number | undefined;
  /** The rows end where their values have more bytes than this together, but not before the first. */
  maxBytes?: number | undefined;
  /** The statement's own LIMIT, where it has one. */
  rowsAtMost?: number | undefined;
  /**
   * Takes each row as it is read, so that none is kept; the result then has none. Reading ends when it
   * returns false.
   */
  onRow?: ((row: SqlValue[]) => boolean) | undefined;
}

interface RowStatement {
  all(parameters: object): unknown[];
  iterate(parameters: object): Iterable<unknown>;
}

/** The rows of a statement that gives arrays, up to the limits. */
export function readRows(
  statement: RowStatement,
  columns: readonly string[],
  parameters: object,
  { maxRows, maxBytes, onRow }: RowLimits,
): QueryResult {
  if (onRow !== undefined) {
    for (const row of statement.iterate(parameters) as Iterable<SqlValue[]>) {
      if (!onRow(row)) return { columns, rows: [], truncated: true };
    }
    return { columns, rows: [], truncated: false };
  }
  if (maxRows === undefined && maxBytes === undefined) {
    return { columns, rows: statement.all(parameters) as SqlValue[][], truncated: false };
  }
  const rows: SqlValue[][] = [];
  // Objects of JSON repeat them in each row, and whoever writes the SQL chooses them.
  const namesBytes = columns.reduce((sum, name) => sum + name.length, 0);
  let bytes = 0;
  for (const row of statement.iterate(parameters) as Iterable<SqlValue[]>) {
    if (rows.length === maxRows) return { columns, rows, truncated: true };
    bytes += bytesOf(row) + namesBytes;
    if (maxBytes !== undefined && bytes > maxBytes && rows.length > 0) {
      return { columns, rows, truncated: true };
    }
    rows.push(row);
  }
  return { columns, rows, truncated: false };
}

/**
 * Bytes that each value may have so that all rows are within `maxBytes` whatever is in them; null where
 * that is not known, or so few that most texts would be too long. Rows that are known to be small are read
 * at once, which takes half the time of reading them one by one.
 */
export function valueLimit(
  { length: columns }: readonly string[],
  { maxBytes, rowsAtMost, maxRows, onRow }: RowLimits,
): number | null {
  if (maxBytes === undefined || rowsAtMost === undefined) return null;
  if (maxRows !== undefined || onRow !== undefined) return null;
  const limit = Math.floor(maxBytes / (rowsAtMost * Math.max(1, columns))) - VALUE_BYTES;
  return limit < LEAST_VALUE_LIMIT ? null : limit;
}

const LEAST_VALUE_LIMIT = 256;

/** What numbers and the row itself take, about. */
const VALUE_BYTES = 8;

function bytesOf(row: readonly SqlValue[]): number {
  let bytes = row.length * VALUE_BYTES;
  for (const value of row) {
    if (typeof value === "string" || value instanceof Uint8Array) bytes += value.length;
  }
  return bytes;
}

const LARGEST_RESULT = 16 * 1024 * 1024;
/** In JSON a byte can become six, and the text is there several times on its way out. */
const SHARE_OF_MEMORY = 1 / 64;
/** Megabytes that Node, SQLite and blocks on their way take in any case. */
const TAKEN_ANYWAY = 96;

/**
 * Bytes that the values of one answer may have together: 16 MiB, less where the function has less than
 * 1,120 MB of memory. docs/reliability.md says what the process then takes.
 */
export function resultLimit(environment: Record<string, string | undefined> = process.env): number {
  const megabytes = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!(megabytes > 0)) return LARGEST_RESULT;
  const free = Math.max(megabytes - TAKEN_ANYWAY, TAKEN_ANYWAY / 4);
  return Math.min(LARGEST_RESULT, free * 1024 * 1024 * SHARE_OF_MEMORY);
}
