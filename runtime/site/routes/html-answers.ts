/**
 * The pages of what is also there as JSON, and of errors, in a file of their own: the first request of an
 * environment is for one form or the other, and reads over no more than it needs.
 */
import type { HttpError } from "../errors.ts";
import { type Answer, type HeaderFields, htmlAnswer } from "../http/answer.ts";
import { withNextPage } from "../http/link-header.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { databasePage } from "../pages/database/database-page.ts";
import type { DatabasePage } from "../pages/database/database-page-type.ts";
import type { IndexPage } from "../pages/instance/index-page-type.ts";
import { layoutOf } from "../pages/layout.ts";
import type { RowData } from "../pages/row/row-data.ts";
import { rowPage } from "../pages/row/row-page.ts";
import { StoppedQuery } from "../pages/sql-errors.ts";
import { tableData } from "../pages/table/table-data.ts";
import { tablePage } from "../pages/table/table-page.ts";
import { type TableRequest, tableRequest } from "../pages/table/table-request.ts";
import { databaseHtml } from "../views/html/database-page.ts";
import { indexHtml } from "../views/html/index-page.ts";
import { errorHtml } from "../views/html/other-pages.ts";
import { rowHtml } from "../views/html/row-page.ts";
import { tableHtml } from "../views/html/table-page.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

async function index(context: PageContext, page: IndexPage, headers: HeaderFields) {
  const layout = layoutOf(context);
  const html = indexHtml(page, await onlyDatabase(context, page), layout);
  return htmlAnswer(html, 200, { ...pageHeaders(layout), ...headers });
}

/** Where there is one database, the front page shows what is in it. */
async function onlyDatabase(
  context: PageContext,
  { databases }: IndexPage,
): Promise<DatabasePage | null> {
  const [only, ...others] = databases;
  return only === undefined || others.length > 0 ? null : databasePage(context, only.name);
}

function database(context: PageContext, page: DatabasePage, headers: HeaderFields): Answer {
  const layout = layoutOf(context, { database: page.database });
  return htmlAnswer(databaseHtml(page, layout), 200, { ...pageHeaders(layout), ...headers });
}

/** With fewer rows where all of them would be too large. */
function table(context: PageContext, asked: TableRequest, params: RouteParams): Answer {
  const layout = layoutOf(context, params);
  let data = tableData(context, asked);
  let page = tableHtml(tablePage(context, data, data.truncated), layout);
  if (page.shown < data.rows.length) {
    data = tableData(context, tableRequest(context, asked, { size: page.shown }));
    page = tableHtml(tablePage(context, data, true), layout);
  }
  return htmlAnswer(page.html, 200, {
    ...cacheHeaders(context),
    ...withNextPage(pageHeaders(layout), data.nextUrl),
  });
}

function row(context: PageContext, data: RowData, params: RouteParams): Answer {
  const layout = layoutOf(context, { database: params.database, table: params.table });
  return htmlAnswer(rowHtml(rowPage(context, data), layout), 200, {
    ...cacheHeaders(context),
    ...pageHeaders(layout),
  });
}

function error(context: PageContext, thrown: HttpError, headers: HeaderFields): Answer {
  const page = {
    status: thrown.status,
    title: thrown.title,
    message: thrown instanceof StoppedQuery ? thrown.pageMessage : thrown.message,
    sql: thrown instanceof StoppedQuery ? thrown.sql : null,
  };
  const layout = layoutOf(context, {}, { hasJson: false });
  return htmlAnswer(errorHtml(page, layout), thrown.status, {
    ...pageHeaders(layout),
    ...headers,
  });
}

export const HTML_ANSWERS = { index, database, table, row, error };
