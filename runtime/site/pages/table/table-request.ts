import type { QueryOptions } from "../../../core/sqlite/connection.ts";
import type { TableSchema } from "../../../core/sqlite/schema.ts";
import { badRequest, forbidden, type HttpError } from "../../errors.ts";
import { parseTableParameters, type TableParameters } from "../../parameters/table-parameters.ts";
import { fullToken, keyColumns } from "../../queries/keyset.ts";
import { pageParts } from "../../queries/page-parts.ts";
import { rowQuery } from "../../queries/row.ts";
import { buildTableQuery, type TableQuery } from "../../queries/table-query.ts";
import { tableWhere, type Where } from "../../queries/where.ts";
import type { PageContext } from "../context.ts";
import { mayView, type OpenTable } from "../open-table.ts";

/** A page of a table or view that was asked for: its parameters, and the SQL that answers it. */
export interface TableRequest extends OpenTable {
  parameters: TableParameters;
  where: Where;
  query: TableQuery;
  /** How its SQL is to be run. */
  options: QueryOptions;
  /** Rows that may be returned; the page can be larger when the configuration says so. */
  maximum: number;
}

/**
 * @param page token and size of the page, where they are not the request's
 * @throws HttpError 400, 403
 */
export function tableRequest(
  context: PageContext,
  open: OpenTable,
  page: Partial<Pick<TableParameters, "next" | "size">> = {},
): TableRequest {
  const { config, request, visitor } = context;
  const { connection, database, table, tableConfig } = open;
  const { settings } = config;
  if (table.columns.length === 0) throw unreadable(table);
  const asked = parseTableParameters(
    request.args,
    table,
    tableConfig,
    settings,
    request.format === "html",
  );
  if (asked.wheres.length > 0) {
    if (!visitor.mayExecuteSql(database.name)) throw forbidden("_where= is not allowed");
    if (connection.visitorSqlRefusal !== null) throw badRequest(connection.visitorSqlRefusal);
  }
  const parameters = { ...asked, ...page };
  const where = tableWhere(connection, table, tableConfig, parameters, (name) =>
    mayView(open, name),
  );
  const query = buildTableQuery(
    table,
    { ...parameters, next: completeToken(open, parameters) },
    where,
  );
  const { sql_time_limit_ms: limit, max_returned_rows: maximum } = settings;
  return {
    ...open,
    parameters,
    where,
    query,
    options: {
      timeLimit: Math.min(limit, parameters.timeLimit ?? limit),
      isVisitorSql: query.hasVisitorSql,
      parts: pageParts(table, parameters.columns, query),
    },
    // One more, where that shows whether there is a next page.
    maximum: parameters.size === maximum ? maximum + 1 : maximum,
  };
}

/** SQLite knows no columns of it. What it lacks is not named: that may be private. */
function unreadable({ name, isView }: TableSchema): HttpError {
  const why = isView
    ? `The view ${name} cannot be read: a table or column that it is made of is not there`
    : `The table ${name} cannot be read: SQLite does not know its kind`;
  return badRequest(why, "Cannot be read");
}

/** The pagination token, complete. */
export function completeToken(
  { connection, table }: OpenTable,
  { next, sort }: TableParameters,
): string | null {
  if (next === null || sort === null || table.isView) return next;
  return fullToken(next, (key) => {
    if (key.length !== keyColumns(table).length) return undefined;
    const { sql, parameters } = rowQuery(table, key);
    const { columns, rows } = connection.query(sql, parameters);
    return rows[0]?.[columns.indexOf(sort.column)];
  });
}
