import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { dashboardPage } from "../pages/dashboard/dashboard-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { dashboardHtml } from "../views/html/dashboard-page.ts";
import { dashboardJson } from "../views/json/dashboard-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** `table` is the dashboard's name. */
export async function dashboardRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Answer> {
  const page = await dashboardPage(context, database, table);
  const headers = cacheHeaders(context);
  if (context.request.format === "json") return jsonAnswer(dashboardJson(page), 200, headers);
  const layout = layoutOf(context, { database });
  return htmlAnswer(dashboardHtml(page, layout), 200, { ...headers, ...pageHeaders(layout) });
}
