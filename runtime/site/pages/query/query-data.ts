import { clock } from "../../../core/clock.ts";
import type { QueryConfig } from "../../../core/config/config-types.ts";
import type { QueryOptions } from "../../../core/sqlite/connection.ts";
import { resultLimit } from "../../../core/sqlite/read-rows.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { badRequest, forbidden } from "../../errors.ts";
import type { Arguments } from "../../parameters/arguments.ts";
import { parseTimeLimit } from "../../parameters/table-parameters.ts";
import { magicParameter } from "../../queries/magic-parameters.ts";
import { asSubquery, namedParameters, refuseSql } from "../../queries/sql-text.ts";
import type { OpenDatabase, PageContext } from "../context.ts";
import { asHttpError, StoppedQuery } from "../sql-errors.ts";

/** Custom SQL or a configured query, with its result. */
export interface QueryData extends OpenDatabase {
  /** null for custom SQL. */
  stored: QueryConfig | null;
  /** null when nothing was asked yet. */
  sql: string | null;
  /** Its parameters, save for magic ones, as sent; "" for those that were not. */
  parameters: readonly { name: string; value: string }[];
  columns: readonly string[];
  rows: SqlValue[][];
  truncated: boolean;
  /** What SQLite said when it ran, or why it did not; null when all went well. */
  error: string | null;
  /** Its heading where it may not be run or took too long, which other formats are refused for; or null. */
  refusal: string | null;
  /** What was run, with all its parameters: the SQL, or that sorted. */
  ran: { sql: string; values: Record<string, SqlValue> };
  /** How the rows are sorted, besides what the SQL says; null where they are not. */
  sort: ResultSort | null;
  /** Milliseconds. */
  duration: number;
}

/** `_sort` and `_sort_desc`: by which column of the result. */
export interface ResultSort {
  column: string;
  descending: boolean;
}

/**
 * A page keeps people in the editor with their SQL, whatever is wrong with it; other formats are refused.
 * @throws HttpError 400, 403
 */
export function queryData(
  context: PageContext,
  open: OpenDatabase,
  stored: QueryConfig | null,
): QueryData {
  checkPermission(context, open, stored);
  const { args } = context.request;
  const sql = stored === null ? (args.get("sql") ?? null) : stored.sql;
  const declared = stored !== null && stored.params.length > 0 ? stored.params : null;
  const names = [...new Set(declared ?? namedParameters(sql ?? ""))];
  const parameters = names
    .filter((name) => !name.startsWith("_"))
    .map((name) => ({ name, value: args.get(name) ?? "" }));
  const query = { ...open, stored, sql, parameters };
  const nothing = { columns: [], rows: [], truncated: false, error: null, duration: 0 };
  const ran = { sql: sql ?? "", values: {} };
  const notRun = { ...query, ...nothing, ran, sort: null, refusal: null };
  if (!sql || stored?.is_write) return notRun;
  const refusal = stored === null ? refuseSql(sql) : null;
  if (refusal !== null) {
    if (context.request.format !== "html") throw refusal;
    return { ...notRun, error: refusal.message, refusal: refusal.title };
  }
  if (!stored?.is_trusted && open.connection.visitorSqlRefusal !== null) {
    throw badRequest(open.connection.visitorSqlRefusal, "Invalid SQL");
  }
  const started = clock();
  const values = boundValues(context, stored, names);
  const result = runSorted(context, query, sql, values, askedSort(args));
  return { ...query, ...result, duration: clock() - started };
}

function checkPermission(
  { visitor }: PageContext,
  { database }: OpenDatabase,
  stored: QueryConfig | null,
): void {
  const { name } = database;
  if (stored === null) {
    if (!visitor.mayExecuteSql(name)) throw forbidden("execute-sql");
    return;
  }
  if (!visitor.mayViewQuery(name, stored.name)) {
    throw forbidden("You do not have permission to view this query");
  }
  if (!stored.is_trusted && !stored.is_write && !visitor.mayExecuteSql(name)) {
    throw forbidden("execute-sql");
  }
}

/** Every argument may be a parameter, even one that the text of the SQL does not show. */
function boundValues(
  { request, session }: PageContext,
  stored: QueryConfig | null,
  names: readonly string[],
): Record<string, SqlValue> {
  const values: Record<string, SqlValue> = {};
  for (const name of request.args.names()) values[name] = request.args.get(name) ?? "";
  for (const name of names) if (!name.startsWith("_")) values[name] ??= "";
  if (stored === null) return values;
  for (const name of namedParameters(stored.sql)) {
    if (!name.startsWith("_")) continue;
    const value = magicParameter(name, request.headers, session?.actor ?? null);
    if (value === undefined) delete values[name];
    else values[name] = value;
  }
  return values;
}

function askedSort(args: Arguments): ResultSort | null {
  const descending = args.get("_sort_desc");
  const column = descending || args.get("_sort");
  return column ? { column, descending: Boolean(descending) } : null;
}

type Result = Pick<
  QueryData,
  "columns" | "rows" | "truncated" | "error" | "refusal" | "sort" | "ran"
>;
type Query = Pick<QueryData, "connection" | "stored">;

/** All of the result in the order that was asked for, not only the rows shown; as it is where that fails. */
function runSorted(
  context: PageContext,
  query: Query,
  sql: string,
  values: Record<string, SqlValue>,
  sort: ResultSort | null,
): Result {
  const subquery = sort === null ? null : asSubquery(sql);
  if (sort === null || subquery === null) return run(context, query, sql, values);
  const { columns, error } = run(context, query, sql, values, 0);
  const position = columns.indexOf(sort.column) + 1;
  if (error !== null || position === 0) return run(context, query, sql, values);
  const order = `${position}${sort.descending ? " desc" : ""}`;
  const sorted = run(context, query, `select * from ${subquery} order by ${order}`, values);
  return sorted.error === null ? { ...sorted, columns, sort } : run(context, query, sql, values);
}

function run(
  context: PageContext,
  query: Query,
  sql: string,
  values: Record<string, SqlValue>,
  maxRows = context.config.settings.max_returned_rows,
): Result {
  const ran = { sql, values };
  const nothing = { columns: [], rows: [], truncated: false, sort: null, ran };
  try {
    const options = { ...queryOptions(context, query), maxRows, maxBytes: resultLimit() };
    const result = query.connection.query(sql, values, options);
    return { ...result, error: null, refusal: null, sort: null, ran };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (!error.interrupted) return { ...nothing, error: error.message, refusal: null };
    const timeOut = new StoppedQuery(sql, error);
    if (context.request.format !== "html") throw timeOut;
    return { ...nothing, error: timeOut.pageMessage, refusal: timeOut.title };
  }
}

/**
 * Runs a query again and hands over all its rows, until `onRow` says false.
 * @throws HttpError 400
 */
export function eachRow(
  context: PageContext,
  query: QueryData,
  onRow: (row: SqlValue[]) => boolean,
): void {
  const { sql, values } = query.ran;
  try {
    query.connection.query(sql, values, { ...queryOptions(context, query), onRow });
  } catch (error) {
    throw asHttpError(error, sql);
  }
}

/** How the SQL of a query is to be run. */
export function queryOptions(
  { config, request }: PageContext,
  { connection, stored }: Query,
): QueryOptions {
  const limit = config.settings.sql_time_limit_ms;
  return {
    timeLimit: Math.min(limit, parseTimeLimit(request.args) ?? limit),
    isVisitorSql: connection.visitorSqlRefusal === null,
    asOwner: stored?.is_trusted ?? false,
  };
}
