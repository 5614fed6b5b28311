import { notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { openTable } from "../pages/open-table.ts";
import { foreignKeyTables, rowData } from "../pages/row/row-data.ts";
import { rowJson } from "../views/json/row-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
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
    const { HTML_ANSWERS } = await import("./html-answers.ts");
    return HTML_ANSWERS.row(context, row, params);
  }
  if (format === "json") {
    return rowsJsonAnswer(
      context,
      rowJson(context, row, () => foreignKeyTables(context, row)),
    );
  }
  const { LATER_ANSWERS } = await import("./later.ts");
  if (format === "csv") return LATER_ANSWERS.rowCsv(context, row);
  if (format === "blob") {
    const { body, headers } = LATER_ANSWERS.blob(context.request.args, row, {
      table: params.table,
      rowPath: params.rowPath,
    });
    return answer(body, { ...headers, ...cacheHeaders(context) });
  }
  throw notFound(`Invalid format: ${format}`);
}
