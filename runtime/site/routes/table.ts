import { findTable } from "../../core/sqlite/schema.ts";
import { badRequest, notFound } from "../errors.ts";
import {
  type Answer,
  type HeaderFields,
  htmlAnswer,
  redirect,
  textAnswer,
} from "../http/answer.ts";
import { optionsAnswer } from "../http/error-answer.ts";
import { linkValue } from "../http/link-header.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { type Layout, layoutOf } from "../pages/layout.ts";
import { findOpenTable, type OpenTable } from "../pages/open-table.ts";
import { plainTable } from "../pages/table/plain-table.ts";
import { tableData } from "../pages/table/table-data.ts";
import { TableDetails } from "../pages/table/table-details.ts";
import { tablePage } from "../pages/table/table-page.ts";
import { type TableRequest, tableRequest } from "../pages/table/table-request.ts";
import { mentionsFacets } from "../parameters/facet-parameters.ts";
import { formRedirect } from "../parameters/form-redirect.ts";
import { tableHtml } from "../views/html/table-page.ts";
import { plainTableJson, tableJson } from "../views/json/table-json.ts";
import { cacheHeaders, NO_REFERRER } from "./cache-headers.ts";
import { tableCsvAnswer } from "./csv.ts";
import { embedKind, embedTable } from "./embed.ts";
import { storedQueryAnswer } from "./query.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonAnswer } from "./rows-json.ts";
import { isFileFormat, tableFileAnswer } from "./table-file.ts";

/** A table or view; a configured query where there is no such table. */
export async function tableRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const database = await openDatabase(context, params.database);
  const stored = database.config.queries.get(params.table);
  if (stored !== undefined && findTable(database.connection, params.table) === null) {
    return storedQueryAnswer(context, database, stored);
  }
  const open = findOpenTable(context, database, params.table);
  if (open === null) throw notFound("Table not found");
  const { format, method } = context.request;
  if (isFileFormat(format) && method !== "OPTIONS") return tableFileAnswer(context, open, format);
  return tableAnswer(context, open, params);
}

function tableAnswer(context: PageContext, open: OpenTable, params: RouteParams): Answer {
  const { request, config } = context;
  const { format } = request;
  if (request.method === "OPTIONS") return optionsAnswer();
  if (request.method !== "GET" && request.method !== "HEAD") {
    return textAnswer("Method not allowed", 405, NO_REFERRER);
  }
  const tidyQuery = formRedirect(request.args);
  if (tidyQuery !== null) return redirect(request.withQuery(tidyQuery), 302, NO_REFERRER);
  if (!config.settings.allow_facet && mentionsFacets(request.args)) {
    throw badRequest("_facet= is not allowed");
  }
  if (format === "csv") return tableCsvAnswer(context, open, params.tablePath);
  if (format !== "html" && format !== "json") throw notFound(`Invalid format: ${format}`);
  const asked = tableRequest(context, open);
  if (format === "json") return tableJsonAnswer(context, asked);
  const embedded = embedKind(context);
  if (embedded !== null) return embedTable(context, asked, embedded);
  return tableHtmlAnswer(context, asked, layoutOf(context, params));
}

/** The page; one with fewer rows where all of them would be too large. */
function tableHtmlAnswer(context: PageContext, asked: TableRequest, layout: Layout): Answer {
  let data = tableData(context, asked);
  let page = tableHtml(tablePage(context, data, data.truncated), layout);
  if (page.shown < data.rows.length) {
    data = tableData(context, tableRequest(context, asked, { size: page.shown }));
    page = tableHtml(tablePage(context, data, true), layout);
  }
  return htmlAnswer(page.html, 200, {
    ...cacheHeaders(context),
    ...linkHeader(pageHeaders(layout), data.nextUrl),
  });
}

function tableJsonAnswer(context: PageContext, asked: TableRequest): Answer {
  const plain = plainTable(context, asked);
  if (plain !== null) {
    return rowsJsonAnswer(context, plainTableJson(plain), linkHeader({}, plain.nextUrl));
  }
  const data = tableData(context, asked);
  const json = tableJson(context, data, new TableDetails(context, data));
  return rowsJsonAnswer(context, json, linkHeader({}, data.nextUrl));
}

/** `headers` with the next page in their `Link`, behind the same page as JSON (on HTML pages). */
function linkHeader(headers: HeaderFields, nextUrl: string | null): HeaderFields {
  if (nextUrl === null) return headers;
  const next = linkValue(nextUrl, "next");
  return { ...headers, link: headers.link === undefined ? next : `${headers.link}, ${next}` };
}
