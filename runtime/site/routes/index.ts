import { forbidden } from "../errors.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { lastModified } from "../http/last-modified.ts";
import type { PageContext } from "../pages/context.ts";
import { indexPage } from "../pages/instance/index-page.ts";
import { indexJson } from "../views/json/index-json.ts";

export async function indexRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const page = await indexPage(context);
  const dated = lastModified(page.databases.flatMap(({ refreshed }) => refreshed?.at ?? []));
  if (context.request.format === "json") return jsonAnswer(indexJson(page), 200, dated);
  const { HTML_ANSWERS } = await import("./html-answers.ts");
  return HTML_ANSWERS.index(context, page, dated);
}
