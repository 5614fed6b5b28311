import type { TableConfig } from "../config/config-types.ts";
import type { Connection } from "../data/connection.ts";
import { badRequest, forbidden, notFound } from "../errors.ts";
import { quoteIdentifier } from "../names.ts";
import type { Pair } from "../parameters/arguments.ts";
import { parseTableParameters, type TableParameters } from "../parameters/table-parameters.ts";
import { type Count, countQuery, countTable } from "../queries/count.ts";
import { keyColumns, nextToken } from "../queries/keyset.ts";
import { findLabels, type LabelSource, type Labels } from "../queries/labels.ts";
import { findTable, type TableSchema } from "../queries/schema.ts";
import { buildTableQuery, type TableQuery } from "../queries/table-query.ts";
import { tableWhere, type Where } from "../queries/where.ts";
import type { SqlValue } from "../values.ts";
import { type OpenDatabase, openDatabase, type PageContext, tableConfig } from "./context.ts";
import { asHttpError } from "./sql-errors.ts";

/** A table or view that the reader may see. */
export interface OpenTable extends OpenDatabase {
  table: TableSchema;
  tableConfig: TableConfig;
}

/** One page of a table or view: what was asked for and the rows found. */
export interface TableData extends OpenTable {
  parameters: TableParameters;
  where: Where;
  query: TableQuery;
  columns: readonly string[];
  rows: readonly SqlValue[][];
  /** Column → labels of its values, for the columns that were asked for and have any. */
  labels: ReadonlyMap<string, Labels>;
  /** The foreign key columns that were asked for, whether or not labels were found. */
  expandedColumns: readonly string[];
  /** Token of the next page; null on the last one. */
  next: string | null;
  /** Absolute. */
  nextUrl: string | null;
}

/** @throws HttpError 404 */
export async function openTable(
  context: PageContext,
  databaseName: string,
  tableName: string,
): Promise<OpenTable> {
  const open = findOpenTable(await openDatabase(context, databaseName), tableName);
  if (open === null) throw notFound("Table not found");
  return open;
}

/** null when the database has no such table or view. */
export function findOpenTable(open: OpenDatabase, name: string): OpenTable | null {
  const table = findTable(open.connection, name);
  return table && { ...open, table, tableConfig: tableConfig(open.config, name) };
}

/**
 * Reads one page of rows.
 * @param next overrides the page that the request asks for
 * @throws HttpError 400, 403
 */
export function tableData(context: PageContext, open: OpenTable, next?: string): TableData {
  const { config, request, visitor } = context;
  const { connection, database, table } = open;
  if (!visitor.mayViewTable(database.name, table.name)) {
    throw forbidden("You do not have permission to view this table");
  }
  const asked = parseTableParameters(
    request.args,
    table,
    open.tableConfig,
    config.settings,
    request.format === "html",
  );
  const parameters = next === undefined ? asked : { ...asked, next };
  checkWheres(context, open, parameters);
  const where = tableWhere(connection, table, open.tableConfig, parameters);
  const query = buildTableQuery(table, parameters, where);
  const { columns, rows } = readRows(context, connection, parameters, query);
  const page = { ...open, parameters, where, query, columns };
  const expandedColumns = columnsToExpand(table, parameters, columns);
  const token = tokenOfNext(page, rows);
  return {
    ...page,
    rows: rows.length > parameters.size ? rows.slice(0, parameters.size) : rows,
    expandedColumns,
    labels: labelsOf(context, page, expandedColumns, rows),
    next: token,
    nextUrl: token === null ? null : nextUrl(context, page, token),
  };
}

export function labelSource(context: PageContext, open: OpenDatabase): LabelSource {
  return {
    connection: open.connection,
    config: open.config,
    mayView: (table) => context.visitor.mayViewTable(open.database.name, table),
    timeLimit: context.config.settings.sql_time_limit_ms,
  };
}

/** Rows over all pages; null when they are not to be counted or counting took too long. */
export function countRows(context: PageContext, data: TableData): Count | null {
  if (data.parameters.noCount) return null;
  const timeLimit = context.config.settings.sql_time_limit_ms;
  return data.query.isUnfiltered
    ? countTable(data.connection, data.database, data.table.name, timeLimit)
    : countQuery(data.connection, data.query, timeLimit);
}

function checkWheres(
  context: PageContext,
  { connection, database }: OpenDatabase,
  parameters: TableParameters,
): void {
  if (parameters.wheres.length === 0) return;
  if (!context.visitor.mayExecuteSql(database.name)) throw forbidden("_where= is not allowed");
  if (connection.visitorSqlRefusal !== null) throw badRequest(connection.visitorSqlRefusal);
}

function readRows(
  context: PageContext,
  connection: Connection,
  parameters: TableParameters,
  query: TableQuery,
): { columns: readonly string[]; rows: SqlValue[][] } {
  const { max_returned_rows: maximum, sql_time_limit_ms: limit } = context.config.settings;
  try {
    const result = connection.query(query.sql, query.parameters, {
      timeLimit: Math.min(limit, parameters.timeLimit ?? limit),
      isVisitorSql: query.hasVisitorSql,
    });
    // The page size may be larger than what may be returned, when the configuration says so.
    const allowed = parameters.size === maximum ? maximum + 1 : maximum;
    return result.rows.length > allowed
      ? { ...result, rows: result.rows.slice(0, allowed) }
      : result;
  } catch (error) {
    throw asHttpError(error, query.sql);
  }
}

function columnsToExpand(
  table: TableSchema,
  { labels }: TableParameters,
  columns: readonly string[],
): string[] {
  if (labels === "none") return [];
  const asked = table.foreignKeys
    .map(({ column }) => column)
    .filter((column) => columns.includes(column) && (labels === "all" || labels.includes(column)));
  return [...new Set(asked)];
}

function labelsOf(
  context: PageContext,
  page: OpenTable & { columns: readonly string[] },
  expandedColumns: readonly string[],
  rows: readonly SqlValue[][],
): Map<string, Labels> {
  const source = labelSource(context, page);
  const found = new Map<string, Labels>();
  for (const column of expandedColumns) {
    const index = page.columns.indexOf(column);
    const labels = findLabels(
      source,
      page.table,
      column,
      rows.map((row) => row[index] ?? null),
    );
    if (!labels.isEmpty) found.set(column, labels);
  }
  return found;
}

function tokenOfNext(
  page: OpenTable & { parameters: TableParameters; columns: readonly string[] },
  rows: readonly SqlValue[][],
): string | null {
  const { parameters, table, columns } = page;
  const { size, sort } = parameters;
  if (size === 0 || rows.length <= size) return null;
  if (table.isView) return String(Number(parameters.next ?? 0) + size);
  const last = rows[size - 1]!;
  const key = keyColumns(table).map((column) => last[columns.indexOf(column)] ?? null);
  if (sort === null) return nextToken(key, undefined);
  const index = columns.indexOf(sort.column);
  return nextToken(key, index < 0 ? sortValueOf(page, sort.column, key) : (last[index] ?? null));
}

/** The sort value of a row, where the column is not among those shown. */
function sortValueOf(
  { connection, table }: OpenTable,
  column: string,
  key: readonly SqlValue[],
): SqlValue {
  const conditions = keyColumns(table).map(
    (name, index) => `${quoteIdentifier(name)} = :pk${index}`,
  );
  return connection.value(
    `select ${quoteIdentifier(column)} from ${quoteIdentifier(table.name)} where ${conditions.join(" and ")}`,
    Object.fromEntries(key.map((value, index) => [`pk${index}`, value])),
  );
}

function nextUrl(
  { request }: PageContext,
  { parameters, table }: OpenTable & { parameters: TableParameters },
  token: string,
): string {
  const replaced: Pair[] = [["_next", token]];
  if (parameters.sort !== null && !table.isView) {
    const { column, descending } = parameters.sort;
    replaced.push([descending ? "_sort_desc" : "_sort", column]);
  }
  return request.absolute(request.replacing(...replaced));
}
