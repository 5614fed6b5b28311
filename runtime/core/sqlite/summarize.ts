/** Column summaries of tables: of all rows, or of rows from everywhere in the table where there are too many. */
import { clock } from "../clock.ts";
import type { TableSummary } from "../format/column-summary.ts";
import { quoteIdentifier } from "../names.ts";
import { ColumnProfile } from "./column-profile.ts";
import type { Connection, QueryOptions } from "./connection.ts";
import type { TableSchema } from "./schema.ts";
import type { SqlValue } from "./values.ts";

/** Tables with more rows are sampled. */
const ALL_ROWS = 50_000;
/** Of a sample: pieces of the table, evenly far from each other, and rows of each. */
const PIECES = 400;
const PIECE_ROWS = 50;
/** Bytes of text that are read of one table. */
const MOST_TEXT = 64_000_000;
/** More columns have no summary. */
const MOST_COLUMNS = 200;

export interface SummaryLimits {
  /** When to end (`clock()`): what was seen until then is a sample. */
  end: number;
  /** How the statements are to be run. */
  options?: QueryOptions;
}

/**
 * @param count rows of the table; null where that is not known: then it is the first ones that are looked at
 * @throws SqlError
 */
export function summarizeTable(
  connection: Connection,
  table: TableSchema,
  count: number | null,
  { end, options = {} }: SummaryLimits,
): TableSummary {
  const columns = table.columnNames.slice(0, MOST_COLUMNS);
  const profiles = columns.map(() => new ColumnProfile());
  let [rows, text] = [0, 0];
  let isComplete = true;
  const onRow = (row: SqlValue[]): boolean => {
    for (let at = 0; at < profiles.length; at++) {
      const value = row[at]!;
      profiles[at]!.add(value);
      if (typeof value === "string") text += value.length;
    }
    rows++;
    // The clock costs more than a row.
    if (rows % 256 === 0 && clock() > end) isComplete = false;
    if (text > MOST_TEXT) isComplete = false;
    return isComplete;
  };
  const select = `select ${columns.map(quoteIdentifier).join(", ")} from ${quoteIdentifier(table.name)}`;
  const read = (sql: string) => connection.query(sql, {}, { ...options, onRow });
  if (count !== null && count <= ALL_ROWS) {
    read(select);
  } else {
    isComplete = readSample(connection, table, count, select, read) && isComplete;
  }
  const isKey = (column: string) =>
    table.primaryKeys.includes(column) || table.foreignKeys.some((key) => key.column === column);
  return {
    name: table.name,
    sample: isComplete ? null : rows,
    columns: columns.map((name, at) => profiles[at]!.summary(name, isKey(name))),
  };
}

/** @returns whether those were all rows */
function readSample(
  connection: Connection,
  { isOrdinary, name, columnNames }: TableSchema,
  count: number | null,
  select: string,
  read: (sql: string) => { truncated: boolean },
): boolean {
  const isNamed = columnNames.some((column) => column.toLowerCase() === "rowid");
  const ends = isOrdinary && count !== null && !isNamed ? rowidEnds(connection, name) : null;
  if (ends === null) {
    const most = PIECES * PIECE_ROWS;
    // One more row shows whether there are more.
    const seen =
      count ?? Number(connection.value(`select count(*) from (${select} limit ${most + 1})`));
    read(`${select} limit ${most}`);
    return seen <= most;
  }
  const [first, last] = ends;
  const step = Math.max(PIECE_ROWS, (last - first + 1) / PIECES);
  for (let start = first; start <= last; start += step) {
    const [from, to] = [Math.floor(start), Math.floor(start + step)];
    const part = `${select} where rowid >= ${from} and rowid < ${to} order by rowid limit ${PIECE_ROWS}`;
    if (read(part).truncated) break;
  }
  return false;
}

/** null for tables without one, or whose rowids JavaScript cannot count. */
function rowidEnds(connection: Connection, table: string): [number, number] | null {
  try {
    const [min, max] = connection.query(
      `select min(rowid), max(rowid) from (select min(rowid) as rowid from ${quoteIdentifier(table)} union all select max(rowid) from ${quoteIdentifier(table)})`,
    ).rows[0] as [bigint, bigint];
    const ends: [number, number] = [Number(min), Number(max)];
    return ends.every(Number.isSafeInteger) ? ends : null;
  } catch {
    return null;
  }
}
