import { forbidden } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { lastModified } from "../http/last-modified.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { databasePage } from "../pages/database/database-page.ts";
import type { DatabasePage } from "../pages/database/database-page-type.ts";
import { indexPage } from "../pages/instance/index-page.ts";
import type { IndexPage } from "../pages/instance/index-page-type.ts";
import { layoutOf } from "../pages/layout.ts";
import { indexHtml } from "../views/html/index-page.ts";
import { indexJson } from "../views/json/index-json.ts";

/** Where there is one database, the front page shows what is in it. */
async function onlyDatabase(
  context: PageContext,
  { databases }: IndexPage,
): Promise<DatabasePage | null> {
  const [only, ...others] = databases;
  return only === undefined || others.length > 0 ? null : databasePage(context, only.name);
}

export async function indexRoute(context: PageContext): Promise<Answer> {
  if (!context.visitor.mayViewInstance()) throw forbidden("view-instance");
  const page = await indexPage(context);
  const dated = lastModified(page.databases.flatMap(({ refreshed }) => refreshed?.at ?? []));
  if (context.request.format === "json") return jsonAnswer(indexJson(page), 200, dated);
  const layout = layoutOf(context);
  const html = indexHtml(page, await onlyDatabase(context, page), layout);
  return htmlAnswer(html, 200, { ...pageHeaders(layout), ...dated });
}
