import { forbidden } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { loadsPage } from "../pages/instance/loads-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { loadsHtml } from "../views/html/loads-page.ts";
import { loadsJson } from "../views/json/loads-json.ts";

/** What became of the files that were loaded last. */
export async function loadsRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const page = loadsPage(context);
  // Another one may be listed without a new version.
  const headers = { "cache-control": "no-store" };
  if (context.request.format === "json") return jsonAnswer(loadsJson(page), 200, headers);
  const layout = layoutOf(context);
  return htmlAnswer(loadsHtml(page, layout), 200, { ...pageHeaders(layout), ...headers });
}
