/** `?_embed=chart`, `table` or `map`: a part of a page alone. Which sites may frame it is a setting. */
import type { ChartConfig } from "../../core/config/dashboard-types.ts";
import { badRequest } from "../errors.ts";
import { type Answer, htmlAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import {
  type ChartRows,
  chartOf,
  queryChartRows,
  tableChartRows,
} from "../pages/chart/chart-data.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import type { QueryData } from "../pages/query/query-data.ts";
import { tableData } from "../pages/table/table-data.ts";
import { tablePage } from "../pages/table/table-page.ts";
import type { TableRequest } from "../pages/table/table-request.ts";
import { parseChart } from "../parameters/chart-parameters.ts";
import { cssClass } from "../views/css-class.ts";
import { chartEmbedHtml, type Embedded, rowsEmbedHtml } from "../views/html/embed-page.ts";
import { plainTable } from "../views/html/rows-table.ts";
import { tableFragmentHtml } from "../views/html/table-page.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { EmbedKind } from "./embed-kind.ts";

export function embedTable(context: PageContext, asked: TableRequest, kind: EmbedKind): Answer {
  const { database, table, tableConfig } = asked;
  const page = {
    title: tableConfig.metadata.title || table.name,
    href: wholePage(context),
    bodyClass: `table db-${cssClass(database.name)} table-${cssClass(table.name)}`,
  };
  if (kind === "chart") {
    return chart(context, page, tableChartRows(context, asked), tableConfig.charts);
  }
  const layout = layoutOf(context, { database: database.name, table: table.name });
  const rows = tableFragmentHtml(tablePage(context, tableData(context, asked)), layout);
  return respond(context, rowsEmbedHtml(page, kind, rows, layout));
}

export function embedQuery(context: PageContext, query: QueryData, kind: EmbedKind): Answer {
  const { database, stored } = query;
  const page = {
    title: stored?.title ?? stored?.name ?? database.name,
    href: wholePage(context),
    bodyClass: `query db-${cssClass(database.name)}`,
  };
  if (query.error !== null) throw badRequest(query.error, "Invalid SQL");
  if (kind === "chart") {
    return chart(context, page, queryChartRows(context, query), stored?.charts ?? []);
  }
  const layout = layoutOf(context, { database: database.name });
  const columns = query.columns.map((name) => ({ name, columnType: null }));
  const cells = {
    length: query.rows.length,
    width: columns.length,
    cell: (row: number, at: number) => query.rows[row]![at] ?? null,
  };
  const { markup } = plainTable(columns, cells, layout.truncateCells);
  return respond(context, rowsEmbedHtml(page, kind, markup.text, layout));
}

/** What was asked for, else the first of the configuration, else a suggestion. */
function chart(
  context: PageContext,
  page: Embedded,
  rows: ChartRows,
  configured: readonly ChartConfig[],
): Answer {
  const asked = parseChart(context.request.args);
  const spec = asked.kind === null ? (configured[0] ?? asked) : asked;
  const named = configured.find(
    ({ kind, x, y, aggregate, color }) =>
      [kind, x, y, aggregate, color].join() ===
      [spec.kind, spec.x, spec.y, spec.aggregate, spec.color].join(),
  );
  const layout = layoutOf(context);
  return respond(context, chartEmbedHtml(page, chartOf(rows, spec), named ?? null, layout));
}

function wholePage({ request }: PageContext): string {
  const chart = ["_chart", "_x", "_y", "_aggregate", "_color", "_unit"];
  return request.without("_embed", ...chart);
}

function respond(context: PageContext, html: string): Answer {
  const { frameAncestors } = context.config;
  const headers = pageHeaders(layoutOf(context), frameAncestors);
  return htmlAnswer(html, 200, { ...cacheHeaders(context), ...headers });
}
