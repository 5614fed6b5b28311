import { type Answer, htmlAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { columnsPage } from "../pages/columns/columns-page.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { openTable } from "../pages/open-table.ts";
import { columnsHtml } from "../views/html/columns-page.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** What is in the columns of a table. Scripts take the parts of this page that they show elsewhere. */
export async function columnsRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Answer> {
  const page = columnsPage(context, await openTable(context, database, table));
  const layout = layoutOf(context, { database, table }, { hasJson: false });
  return htmlAnswer(columnsHtml(page, layout), 200, {
    ...cacheHeaders(context),
    ...pageHeaders(layout),
  });
}
