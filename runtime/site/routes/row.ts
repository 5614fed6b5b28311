import { notFound } from "../errors.ts";
import { type Answer, answer, htmlAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { openTable } from "../pages/open-table.ts";
import { foreignKeyTables, rowData } from "../pages/row/row-data.ts";
import { rowPage } from "../pages/row/row-page.ts";
import { rowHtml } from "../views/html/row-page.ts";
import { rowJson } from "../views/json/row-json.ts";
import { blobAnswer } from "./blob.ts";
import { cacheHeaders } from "./cache-headers.ts";
import { rowCsvAnswer } from "./csv.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonAnswer } from "./rows-json.ts";

export async function rowRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const { format } = context.request;
  const row = rowData(
    context,
    await openTable(context, params.database, params.table),
    params.rowPath,
  );
  if (format === "html") {
    const layout = layoutOf(context, { database: params.database, table: params.table });
    return htmlAnswer(rowHtml(rowPage(context, row), layout), 200, {
      ...cacheHeaders(context),
      ...pageHeaders(layout),
    });
  }
  if (format === "json") {
    return rowsJsonAnswer(
      context,
      rowJson(context, row, () => foreignKeyTables(context, row)),
    );
  }
  if (format === "csv") return rowCsvAnswer(context, row);
  if (format === "blob") {
    const { body, headers } = blobAnswer(context.request.args, row, {
      table: params.table,
      rowPath: params.rowPath,
    });
    return answer(body, { ...headers, ...cacheHeaders(context) });
  }
  throw notFound(`Invalid format: ${format}`);
}
