/** Charts as data: the pages' script draws them. */
import type { ChartConfig } from "../../core/config/dashboard-types.ts";
import { badRequest, notFound } from "../errors.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { type Chart, chartOf, queryChartRows, tableChartRows } from "../pages/chart/chart-data.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { mayRunSql } from "../pages/custom-sql.ts";
import { findOpenTable } from "../pages/open-table.ts";
import { queryData } from "../pages/query/query-data.ts";
import { tableRequest } from "../pages/table/table-request.ts";
import { type ChartRequest, parseChart } from "../parameters/chart-parameters.ts";
import { chartJson } from "../views/json/chart-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** Of a table or view with its filters; of a configured query where there is no such table. */
export async function chartRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const database = await openDatabase(context, params.database);
  const asked = parseChart(context.request.args);
  const open = findOpenTable(context, database, params.table);
  if (open !== null) {
    const request = tableRequest(context, open);
    const chart = chartOf(tableChartRows(context, request), chosen(asked, open.tableConfig.charts));
    const mayShow = mayRunSql(context, open) && !request.query.hasVisitorSql;
    return respond(context, chart, mayShow);
  }
  const stored = database.config.queries.get(params.table);
  if (stored === undefined) throw notFound("Table not found");
  const query = queryData(context, database, stored);
  return respond(
    context,
    chartOf(queryChartRows(context, query), chosen(asked, stored.charts)),
    false,
  );
}

/** Of custom SQL. */
export async function queryChartRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  const query = queryData(context, await openDatabase(context, database), null);
  if (!query.sql) throw badRequest("?sql= is required");
  const chart = chartOf(queryChartRows(context, query), parseChart(context.request.args));
  return respond(context, chart, true);
}

/** What was asked for, else the first chart of the configuration. */
function chosen(asked: ChartRequest, configured: readonly ChartConfig[]): ChartRequest {
  return asked.kind === null ? (configured[0] ?? asked) : asked;
}

/** `mayShow`: whether the reader may see, and run, the SQL behind it. */
function respond(context: PageContext, chart: Chart, mayShow: boolean): Answer {
  return jsonAnswer(chartJson(chart, mayShow), 200, cacheHeaders(context));
}
