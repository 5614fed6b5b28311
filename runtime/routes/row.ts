import { notFound } from "../errors.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { htmlResponse } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { openTable } from "../pages/open-table.ts";
import { rowData } from "../pages/row-data.ts";
import { rowPage } from "../pages/row-page.ts";
import { blobResponse } from "../views/blob.ts";
import { rowHtml } from "../views/html/row-page.ts";
import { rowJson } from "../views/json/row-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import { rowCsvResponse } from "./csv.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonResponse } from "./rows-json.ts";

export async function rowRoute(context: PageContext, params: RouteParams): Promise<Response> {
  const { format } = context.request;
  const row = rowData(
    context,
    await openTable(context, params.database, params.table),
    params.rowPath,
  );
  if (format === "html") {
    const layout = layoutOf(context, { database: params.database, table: params.table });
    return htmlResponse(rowHtml(rowPage(context, row), layout), 200, {
      ...cacheHeaders(context),
      ...pageHeaders(layout),
    });
  }
  if (format === "json") {
    return rowsJsonResponse(context, rowJson(context, row));
  }
  if (format === "csv") return rowCsvResponse(context, row);
  if (format === "blob") {
    const response = blobResponse(context.request.args, row, {
      table: params.table,
      rowPath: params.rowPath,
    });
    for (const [name, value] of Object.entries(cacheHeaders(context))) {
      response.headers.set(name, value);
    }
    return response;
  }
  throw notFound(`Invalid format: ${format}`);
}
