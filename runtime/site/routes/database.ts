import { notFound } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer, redirect } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import type { PageContext } from "../pages/context.ts";
import { databasePage, openVisibleDatabase } from "../pages/database/database-page.ts";
import { layoutOf } from "../pages/layout.ts";
import { databaseHtml } from "../views/html/database-page.ts";
import { databaseJson } from "../views/json/database-json.ts";
import type { RouteParams } from "./route.ts";

export async function databaseRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  const { request, links } = context;
  const { args, format } = request;
  if ((args.get("sql") ?? "").trim() !== "") {
    await openVisibleDatabase(context, database);
    const query = links.customQuery(database);
    return redirect(`${format === "html" ? query : `${query}.${format}`}?${args.text}`);
  }
  if (format !== "html" && format !== "json") {
    await openVisibleDatabase(context, database);
    throw notFound(`Invalid format: ${format}`);
  }
  const page = await databasePage(context, database);
  if (format === "json") return jsonAnswer(databaseJson(page));
  const layout = layoutOf(context, { database });
  return htmlAnswer(databaseHtml(page, layout), 200, pageHeaders(layout));
}
