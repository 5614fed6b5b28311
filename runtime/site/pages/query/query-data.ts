import type { QueryConfig } from "../../../core/config/config-types.ts";
import { resultLimit } from "../../../core/sqlite/read-rows.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { badRequest, forbidden } from "../../errors.ts";
import { parseTimeLimit } from "../../parameters/table-parameters.ts";
import { magicParameter } from "../../queries/magic-parameters.ts";
import { namedParameters, refuseSql } from "../../queries/sql-text.ts";
import type { OpenDatabase, PageContext } from "../context.ts";
import { asHttpError } from "../sql-errors.ts";

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
  /** What SQLite said when it ran; null when all went well. */
  error: string | null;
  /** Milliseconds. */
  duration: number;
}

/** @throws HttpError 400, 403 */
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
  if (!sql || stored?.is_write) return { ...query, ...nothing };
  const refusal = stored === null ? refuseSql(sql) : null;
  if (refusal !== null) throw refusal;
  if (!stored?.is_trusted && open.connection.visitorSqlRefusal !== null) {
    throw badRequest(open.connection.visitorSqlRefusal, "Invalid SQL");
  }
  const started = performance.now();
  const result = run(context, query, sql, boundValues(context, stored, names));
  return { ...query, ...result, duration: performance.now() - started };
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
  { request }: PageContext,
  stored: QueryConfig | null,
  names: readonly string[],
): Record<string, SqlValue> {
  const values: Record<string, SqlValue> = {};
  for (const name of request.args.names()) values[name] = request.args.get(name) ?? "";
  for (const name of names) if (!name.startsWith("_")) values[name] ??= "";
  if (stored === null) return values;
  for (const name of namedParameters(stored.sql)) {
    if (!name.startsWith("_")) continue;
    const value = magicParameter(name, request.headers);
    if (value === undefined) delete values[name];
    else values[name] = value;
  }
  return values;
}

function run(
  { config, request }: PageContext,
  { connection, stored }: Pick<QueryData, "connection" | "stored">,
  sql: string,
  values: Record<string, SqlValue>,
): Pick<QueryData, "columns" | "rows" | "truncated" | "error"> {
  const limit = config.settings.sql_time_limit_ms;
  try {
    const result = connection.query(sql, values, {
      timeLimit: Math.min(limit, parseTimeLimit(request.args) ?? limit),
      maxRows: config.settings.max_returned_rows,
      maxBytes: resultLimit(),
      isVisitorSql: connection.visitorSqlRefusal === null,
      asOwner: stored?.is_trusted ?? false,
    });
    return { ...result, error: null };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.interrupted) throw asHttpError(error, sql);
    return { columns: [], rows: [], truncated: false, error: error.message };
  }
}
