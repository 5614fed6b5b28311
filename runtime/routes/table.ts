import { forbidden, HttpError, notFound } from "../errors.ts";
import { type HeaderFields, htmlResponse, redirect } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { type OpenTable, openTable, tableData } from "../pages/table-data.ts";
import { tablePage } from "../pages/table-page.ts";
import { mentionsFacets } from "../parameters/facet-parameters.ts";
import { formRedirect } from "../parameters/form-redirect.ts";
import { tableHtml } from "../views/html/table-page.ts";
import { tableJson } from "../views/json/table-json.ts";
import { alternateLink } from "./alternate-link.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** A table or view; a configured query where there is no such table. */
export async function tableRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Response> {
  const { request, visitor, config } = context;
  const open = await openTable(context, database, table);
  if (!visitor.mayViewTable(database, table)) {
    throw forbidden("You do not have permission to view this table");
  }
  const meant = formRedirect(request.args);
  if (meant !== null) {
    const location = request.withQuery(meant);
    const headers = { ...cacheHeaders(context), link: `<${location}>; rel=preload` };
    return redirect(location, 302, headers);
  }
  if (!config.settings.allow_facet && mentionsFacets(request.args)) {
    throw new HttpError(400, "_facet= is not allowed");
  }
  return tableResponse(context, open);
}

async function tableResponse(context: PageContext, open: OpenTable): Promise<Response> {
  const { format } = context.request;
  if (format === "html") {
    const data = tableData(context, open);
    const layout = layoutOf(context, { database: open.database.name, table: open.table.name });
    const links = { ...alternateLink(layout), ...nextLink(data.nextUrl) };
    return htmlResponse(tableHtml(tablePage(context, data), layout), 200, {
      ...cacheHeaders(context),
      ...links,
    });
  }
  if (format === "json") {
    const data = tableData(context, open);
    const { body, contentType } = tableJson(context, data);
    return new Response(body, {
      headers: {
        "content-type": contentType,
        ...cacheHeaders(context),
        ...nextLink(data.nextUrl),
      },
    });
  }
  throw notFound(`Invalid format: ${format}`);
}

function nextLink(nextUrl: string | null): HeaderFields {
  return nextUrl === null ? {} : { link: `<${nextUrl}>; rel="next"` };
}
