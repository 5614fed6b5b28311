/** Maps as data: the pages' script draws them. */
import type { SqlValue } from "../../core/sqlite/values.ts";
import { badRequest, notFound } from "../errors.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { openDatabase, type PageContext } from "../pages/context.ts";
import { mapCards } from "../pages/map/map-cards.ts";
import { type MapRows, mapOf, placeOf, queryMapRows, tableMapRows } from "../pages/map/map-data.ts";
import { findOpenTable } from "../pages/open-table.ts";
import { queryData } from "../pages/query/query-data.ts";
import { tableRequest } from "../pages/table/table-request.ts";
import { parseMap } from "../parameters/map-parameters.ts";
import { rowPath } from "../queries/keyset.ts";
import { mapCardsJson, mapJson } from "../views/json/map-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/** Of a table or view with its filters; of a configured query where there is no such table. */
export async function mapRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const database = await openDatabase(context, params.database);
  const open = findOpenTable(context, database, params.table);
  if (open !== null) {
    const hrefOf = (key: readonly SqlValue[]) =>
      context.links.row(params.database, params.table, rowPath(key));
    return respond(context, tableMapRows(context, tableRequest(context, open), hrefOf));
  }
  const stored = database.config.queries.get(params.table);
  if (stored === undefined) throw notFound("Table not found");
  return respond(context, queryMapRows(context, queryData(context, database, stored)));
}

/** Of custom SQL. */
export async function queryMapRoute(
  context: PageContext,
  { database }: RouteParams,
): Promise<Answer> {
  const query = queryData(context, await openDatabase(context, database), null);
  if (!query.sql) throw badRequest("?sql= is required");
  return respond(context, queryMapRows(context, query));
}

function respond(context: PageContext, rows: MapRows): Answer {
  const { place, cards } = parseMap(context.request.args);
  const data =
    cards === null
      ? mapJson(mapOf(rows, place))
      : mapCardsJson(mapCards(rows, placeOf(rows, place), cards));
  return jsonAnswer(data, 200, cacheHeaders(context));
}
