import { type QueryResult, resultLimit } from "../../../core/sqlite/read-rows.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { type Count, countQuery, countTable } from "../../queries/count.ts";
import { findLabels, type Labels } from "../../queries/labels.ts";
import type { PageContext } from "../context.ts";
import { labelSource } from "../open-table.ts";
import { asHttpError } from "../sql-errors.ts";
import { nextPage } from "./next-page.ts";
import { sortAdvice } from "./sort-advice.ts";
import type { TableRequest } from "./table-request.ts";

/** One page of a table or view: what was asked for and the rows found. */
export interface TableData extends TableRequest {
  columns: readonly string[];
  rows: readonly SqlValue[][];
  /** There are fewer rows than were asked for, because more would be too large. */
  truncated: boolean;
  /** Column → labels of its values, for the columns that were asked for and have any. */
  labels: ReadonlyMap<string, Labels>;
  /** The foreign key columns that were asked for, whether or not labels were found. */
  expandedColumns: readonly string[];
  /** Token of the next page; null on the last one. */
  next: string | null;
  /** Absolute. */
  nextUrl: string | null;
}

/**
 * The rows of the page; fewer than were asked for where they are too large together. The next page goes
 * on after them.
 * @throws HttpError 400
 */
export function tableData(context: PageContext, asked: TableRequest): TableData {
  const { columns, rows: read, truncated } = readPage(asked);
  const size = truncated ? read.length : asked.parameters.size;
  const last = read[size - 1];
  const parameters = { ...asked.parameters, size };
  const found = truncated ? read.length + 1 : read.length;
  const next = nextPage(context, { ...asked, parameters }, found, (column) => {
    const index = columns.indexOf(column);
    return index < 0 ? undefined : last?.[index];
  });
  const expandedColumns = columnsToExpand(asked, columns);
  return {
    ...asked,
    columns,
    rows: read.length > size ? read.slice(0, size) : read,
    truncated,
    expandedColumns,
    labels: labelsOf(context, asked, columns, expandedColumns, read),
    next: next?.token ?? null,
    nextUrl: next?.url ?? null,
  };
}

/** Rows over all pages; null when they are not to be counted or counting took too long. */
export function countRows(context: PageContext, data: TableRequest): Count | null {
  if (data.parameters.noCount) return null;
  const timeLimit = context.config.settings.sql_time_limit_ms;
  return data.query.isUnfiltered
    ? countTable(data.connection, data.database, data.table.name, timeLimit)
    : countQuery(data.connection, data.query, timeLimit);
}

function readPage(asked: TableRequest): QueryResult {
  const { connection, query, options, parameters, maximum } = asked;
  try {
    // One row more than the page has, to know whether there is a next one.
    const limits = { ...options, maxBytes: resultLimit(), rowsAtMost: parameters.size + 1 };
    const result = connection.query(query.runSql, query.parameters, limits);
    const { rows } = result;
    return rows.length > maximum ? { ...result, rows: rows.slice(0, maximum) } : result;
  } catch (error) {
    throw asHttpError(error, query.sql, () => sortAdvice(asked));
  }
}

function columnsToExpand(
  { table, parameters }: TableRequest,
  columns: readonly string[],
): string[] {
  const { labels } = parameters;
  if (labels === "none") return [];
  const asked = table.foreignKeys
    .map(({ column }) => column)
    .filter((column) => columns.includes(column) && (labels === "all" || labels.includes(column)));
  return [...new Set(asked)];
}

function labelsOf(
  context: PageContext,
  asked: TableRequest,
  columns: readonly string[],
  expandedColumns: readonly string[],
  rows: readonly SqlValue[][],
): Map<string, Labels> {
  const source = labelSource(context, asked);
  const found = new Map<string, Labels>();
  for (const column of expandedColumns) {
    const index = columns.indexOf(column);
    const values = rows.map((row) => row[index] ?? null);
    const labels = findLabels(source, asked.table, column, values);
    if (labels !== null) found.set(column, labels);
  }
  return found;
}
