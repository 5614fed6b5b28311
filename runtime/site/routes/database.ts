import { notFound } from "../errors.ts";
import { type Answer, answer, redirect } from "../http/answer.ts";
import { lastModified } from "../http/last-modified.ts";
import type { PageContext } from "../pages/context.ts";
import { databasePage, openVisibleDatabase } from "../pages/database/database-page.ts";
import { databaseJson } from "../views/json/database-json.ts";
import { JSON_TYPE } from "../views/json/shapes.ts";
import type { RouteParams } from "./route.ts";

export async function databaseRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  const { request, links } = context;
  const { args, format } = request;
  if ((args.get("sql") ?? "").trim() !== "") {
    await openVisibleDatabase(context, database);
    const extension = format === "html" ? "" : `.${format}`;
    return redirect(links.customQuery(database, args.text, extension));
  }
  if (format !== "html" && format !== "json") {
    await openVisibleDatabase(context, database);
    throw notFound(`Invalid format: ${format}`);
  }
  const page = await databasePage(context, database);
  const dated = lastModified(page.refreshed === null ? [] : [page.refreshed.at]);
  // Without values of tables this is plain data, and there may be thousands of tables.
  if (format === "json") {
    return answer(JSON.stringify(databaseJson(page)), { "content-type": JSON_TYPE, ...dated });
  }
  const { HTML_ANSWERS } = await import("./html-answers.ts");
  return HTML_ANSWERS.database(context, page, dated);
}
