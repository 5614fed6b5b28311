import { forbidden } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { indexPage } from "../pages/instance/index-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { indexHtml } from "../views/html/index-page.ts";
import { indexJson } from "../views/json/index-json.ts";

export async function indexRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const page = await indexPage(context);
  if (context.request.format === "json") return jsonAnswer(indexJson(page));
  const layout = layoutOf(context);
  return htmlAnswer(indexHtml(page, layout), 200, pageHeaders(layout));
}
