import { badRequest, forbidden } from "../errors.ts";
import { type Answer, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { findDatabase, type PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { queryListPage } from "../pages/query/query-list-page.ts";
import { namedParameters } from "../queries/sql-text.ts";
import { queryListHtml } from "../views/html/query-list-page.ts";
import { UNSTABLE } from "../views/json/index-json.ts";
import { queryListJson } from "../views/json/query-list-json.ts";
import type { RouteParams } from "./route.ts";

/** The configured queries of one database. */
export async function queryListRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  return respond(context, database);
}

/** The configured queries of all databases. */
export async function allQueriesRoute(context: PageContext): Promise<Answer> {
  return respond(context, null);
}

function respond(context: PageContext, database: string | null): Answer {
  const page = queryListPage(context, database);
  if (context.request.format === "json") return jsonAnswer(queryListJson(context, page));
  const layout = layoutOf(context, database === null ? {} : { database });
  return htmlAnswer(queryListHtml(page, layout), 200, pageHeaders(layout));
}

/** The parameters of some SQL, for the editor's form fields. */
export async function queryParametersRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  const { args } = context.request;
  findDatabase(context, database);
  if (!context.visitor.mayExecuteSql(database)) {
    throw forbidden("Permission denied: need execute-sql");
  }
  const invalid = [...args.names()].filter((name) => name !== "sql").sort();
  if (invalid.length > 0) throw badRequest(`Invalid keys: ${invalid.join(", ")}`);
  const parameters = [...new Set(namedParameters(args.get("sql") ?? ""))];
  if (parameters.some((name) => name.startsWith("_"))) {
    throw badRequest("Magic parameters are not allowed");
  }
  return jsonAnswer({ ok: true, unstable: UNSTABLE, parameters });
}
