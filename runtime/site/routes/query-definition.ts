import { errorBody, forbidden, notFound } from "../errors.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { databaseConfig, findDatabase, type PageContext } from "../pages/context.ts";
import { UNSTABLE } from "../views/json/index-json.ts";
import { storedQueryJson } from "../views/json/query-json.ts";
import type { RouteParams } from "./route.ts";

/** What the configuration says of a query, as JSON; what went wrong, too. */
export async function queryDefinitionRoute(
  context: PageContext,
  { database, table: name }: RouteParams,
): Promise<Answer> {
  findDatabase(context, database);
  if (!context.visitor.mayViewQuery(database, name)) {
    return jsonAnswer(errorBody(forbidden("Permission denied")), 403);
  }
  const query = databaseConfig(context.config, database).queries.get(name);
  if (query === undefined) return jsonAnswer(errorBody(notFound(`Query not found: ${name}`)), 404);
  return jsonAnswer({ ok: true, unstable: UNSTABLE, query: storedQueryJson(database, query) });
}
