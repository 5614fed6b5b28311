import { badRequest, forbidden, notFound } from "../errors.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { type HeaderFields, htmlResponse, redirect } from "../http/responses.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { findOpenTable, type OpenTable, tableData } from "../pages/table-data.ts";
import { tablePage } from "../pages/table-page.ts";
import { mentionsFacets } from "../parameters/facet-parameters.ts";
import { formRedirect } from "../parameters/form-redirect.ts";
import { tableHtml } from "../views/html/table-page.ts";
import { tableJson } from "../views/json/table-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import { tableCsvResponse } from "./csv.ts";
import { storedQueryResponse } from "./query.ts";
import type { RouteParams } from "./route.ts";

/** A table or view; a configured query where there is no such table. */
export async function tableRoute(context: PageContext, params: RouteParams): Promise<Response> {
  const database = await openDatabase(context, params.database);
  const open = findOpenTable(database, params.table);
  if (open !== null) return tableResponse(context, open, params);
  const stored = database.config.queries.get(params.table);
  if (stored === undefined) throw notFound("Table not found");
  return storedQueryResponse(context, database, stored);
}

function tableResponse(context: PageContext, open: OpenTable, params: RouteParams): Response {
  const { request, visitor, config } = context;
  const { format } = request;
  if (!visitor.mayViewTable(params.database, params.table)) {
    throw forbidden("You do not have permission to view this table");
  }
  const meant = formRedirect(request.args);
  if (meant !== null) return redirectFromForm(context, meant);
  if (!config.settings.allow_facet && mentionsFacets(request.args)) {
    throw badRequest("_facet= is not allowed");
  }
  if (format === "csv") return tableCsvResponse(context, open, params.tablePath);
  if (format !== "html" && format !== "json") throw notFound(`Invalid format: ${format}`);
  const data = tableData(context, open);
  if (format === "json") {
    const { body, contentType } = tableJson(context, data);
    const headers = { "content-type": contentType, ...cacheHeaders(context) };
    return new Response(body, { headers: { ...headers, ...linkHeader({}, data.nextUrl) } });
  }
  const layout = layoutOf(context, params);
  return htmlResponse(tableHtml(tablePage(context, data), layout), 200, {
    ...cacheHeaders(context),
    ...linkHeader(pageHeaders(layout), data.nextUrl),
  });
}

function redirectFromForm(context: PageContext, queryString: string): Response {
  const location = context.request.withQuery(queryString);
  return redirect(location, 302, {
    ...cacheHeaders(context),
    link: `<${location}>; rel=preload`,
  });
}

/** The `Link` header: the same page as JSON (on HTML pages), and the next page. */
function linkHeader(alternate: HeaderFields, nextUrl: string | null): HeaderFields {
  const next = nextUrl === null ? undefined : `<${nextUrl}>; rel="next"`;
  const links = [alternate.link, next].filter((link) => link !== undefined);
  return links.length === 0 ? {} : { link: links.join(", ") };
}
