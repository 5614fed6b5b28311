import type { QueryConfig } from "../config/config-types.ts";
import { badRequest, notFound } from "../errors.ts";
import { optionsResponse } from "../http/error-response.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { type HeaderFields, htmlResponse } from "../http/responses.ts";
import { type OpenDatabase, openDatabase, type PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { type QueryData, queryData } from "../pages/query-data.ts";
import { queryPage } from "../pages/query-page.ts";
import { blobResponse } from "../views/blob.ts";
import { queryHtml } from "../views/html/query-page.ts";
import { queryResultJson } from "../views/json/query-result-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import { queryCsvResponse } from "./csv.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonResponse } from "./rows-json.ts";

/** Custom SQL: `?sql=`. */
export async function queryRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Response> {
  const open = await openDatabase(context, database);
  return respond(context, queryData(context, open, null), database, {});
}

/** A query of the configuration. */
export async function storedQueryResponse(
  context: PageContext,
  open: OpenDatabase,
  stored: QueryConfig,
): Promise<Response> {
  if (context.request.method === "OPTIONS") return optionsResponse(cacheHeaders(context));
  const query = queryData(context, open, stored);
  if (context.request.format === "json") {
    return rowsJsonResponse(context, queryResultJson(context, query));
  }
  return respond(context, query, stored.name, cacheHeaders(context));
}

async function respond(
  context: PageContext,
  query: QueryData,
  fileName: string,
  headers: HeaderFields,
): Promise<Response> {
  const { format, args } = context.request;
  if (format === "html") {
    const layout = layoutOf(context, { database: query.database.name });
    const page = await queryPage(context, query);
    return htmlResponse(queryHtml(page, layout), 200, { ...headers, ...pageHeaders(layout) });
  }
  if (format === "json") {
    const { body, contentType, status } = queryResultJson(context, query);
    return new Response(body, { status, headers: { "content-type": contentType } });
  }
  if (!query.sql) throw badRequest("?sql= is required");
  if (query.error !== null) throw badRequest(query.error, "Invalid SQL");
  if (format === "csv") return queryCsvResponse(context, query, fileName, headers);
  if (format === "blob") return blobResponse(args, query, {});
  throw notFound(`Invalid format: ${format}`);
}
