import { findTable } from "../../core/sqlite/schema.ts";
import { badRequest, notFound } from "../errors.ts";
import { type Answer, redirect, textAnswer } from "../http/answer.ts";
import { withNextPage } from "../http/link-header.ts";
import { optionsAnswer } from "../http/method-answers.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { findOpenTable, type OpenTable } from "../pages/open-table.ts";
import { plainTable } from "../pages/table/plain-table.ts";
import { tableData } from "../pages/table/table-data.ts";
import { TableDetails } from "../pages/table/table-details.ts";
import { type TableRequest, tableRequest } from "../pages/table/table-request.ts";
import { mentionsFacets } from "../parameters/facet-parameters.ts";
import { formRedirect } from "../parameters/form-redirect.ts";
import { plainTableJson, tableJson } from "../views/json/table-json.ts";
import { NO_REFERRER } from "./cache-headers.ts";
import { embedKind } from "./embed-kind.ts";
import { isFileFormat } from "./file-format.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonAnswer } from "./rows-json.ts";

/** A table or view; a configured query where there is no such table. */
export async function tableRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const database = await openDatabase(context, params.database);
  const stored = database.config.queries.get(params.table);
  if (stored !== undefined && findTable(database.connection, params.table) === null) {
    return (await later()).storedQuery(context, database, stored);
  }
  const open = findOpenTable(context, database, params.table);
  if (open === null) throw notFound("Table not found");
  const { format, method } = context.request;
  if (isFileFormat(format) && method !== "OPTIONS") {
    return (await later()).tableFile(context, open, format);
  }
  return tableAnswer(context, open, params);
}

async function later() {
  return (await import("./later.ts")).LATER_ANSWERS;
}

async function tableAnswer(
  context: PageContext,
  open: OpenTable,
  params: RouteParams,
): Promise<Answer> {
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
  if (format === "csv") return (await later()).tableCsv(context, open, params.tablePath);
  if (format !== "html" && format !== "json") throw notFound(`Invalid format: ${format}`);
  const asked = tableRequest(context, open);
  if (format === "json") return tableJsonAnswer(context, asked);
  const embedded = embedKind(context);
  if (embedded !== null) return (await later()).tableEmbed(context, asked, embedded);
  const { HTML_ANSWERS } = await import("./html-answers.ts");
  return HTML_ANSWERS.table(context, asked, params);
}

function tableJsonAnswer(context: PageContext, asked: TableRequest): Answer {
  const plain = plainTable(context, asked);
  if (plain !== null) {
    return rowsJsonAnswer(context, plainTableJson(plain), withNextPage({}, plain.nextUrl));
  }
  const data = tableData(context, asked);
  const json = tableJson(context, data, new TableDetails(context, data));
  return rowsJsonAnswer(context, json, withNextPage({}, data.nextUrl));
}
