import { forbidden, notFound } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { searchPage } from "../pages/instance/search-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { searchHtml } from "../views/html/search-page.ts";
import { searchJson } from "../views/json/search-json.ts";
import { cacheHeaders } from "./cache-headers.ts";

/** `?q=` in all tables of the site that have a full-text index. */
export async function searchRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const { format } = context.request;
  if (format !== "html" && format !== "json") throw notFound(`Invalid format: ${format}`);
  const page = await searchPage(context);
  if (format === "json") return jsonAnswer(searchJson(page), 200, cacheHeaders(context));
  const layout = layoutOf(context);
  return htmlAnswer(searchHtml(page, layout), 200, {
    ...cacheHeaders(context),
    ...pageHeaders(layout),
  });
}
