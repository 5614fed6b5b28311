/**
 * The answers that are not in the function's first file. A cold start reads, parses and sets up all of a
 * file, so what draws, exports, searches or runs visitors' SQL is a file of its own, which the first
 * request for any of it loads.
 */
import { autocompleteRoute } from "./autocomplete.ts";
import { blobAnswer } from "./blob.ts";
import { cardRoute } from "./card.ts";
import { changesRoute, feedRoute } from "./changes.ts";
import { chartRoute, queryChartRoute } from "./chart.ts";
import { columnsRoute } from "./columns.ts";
import { rowCsvAnswer, tableCsvAnswer } from "./csv.ts";
import { dashboardRoute } from "./dashboard.ts";
import { downloadRoute } from "./download.ts";
import { embedTable } from "./embed.ts";
import {
  actorRoute,
  adminRoute,
  configRoute,
  databasesRoute,
  pluginsRoute,
  settingsRoute,
  versionsRoute,
} from "./introspection.ts";
import { jumpRoute } from "./jump.ts";
import { loadsRoute } from "./loads.ts";
import { lookRoute } from "./look.ts";
import { mapRoute, queryMapRoute } from "./map.ts";
import { queryRoute, storedQueryAnswer } from "./query.ts";
import { queryDefinitionRoute } from "./query-definition.ts";
import { allQueriesRoute, queryListRoute, queryParametersRoute } from "./query-list.ts";
import type { Route } from "./route.ts";
import { databaseSchemaRoute, instanceSchemaRoute, tableSchemaRoute } from "./schema.ts";
import { searchRoute } from "./search.ts";
import { tableFileAnswer } from "./table-file.ts";
import { tableFragmentRoute } from "./table-fragment.ts";

export const LATER_ROUTES = {
  actor: actorRoute,
  admin: adminRoute,
  allQueries: allQueriesRoute,
  autocomplete: autocompleteRoute,
  card: cardRoute,
  changes: changesRoute,
  chart: chartRoute,
  columns: columnsRoute,
  config: configRoute,
  dashboard: dashboardRoute,
  databaseSchema: databaseSchemaRoute,
  databases: databasesRoute,
  download: downloadRoute,
  feed: feedRoute,
  instanceSchema: instanceSchemaRoute,
  jump: jumpRoute,
  loads: loadsRoute,
  look: lookRoute,
  map: mapRoute,
  plugins: pluginsRoute,
  query: queryRoute,
  queryChart: queryChartRoute,
  queryDefinition: queryDefinitionRoute,
  queryList: queryListRoute,
  queryMap: queryMapRoute,
  queryParameters: queryParametersRoute,
  search: searchRoute,
  settings: settingsRoute,
  tableFragment: tableFragmentRoute,
  tableSchema: tableSchemaRoute,
  versions: versionsRoute,
} satisfies Record<string, Route["answer"]>;

/** Forms of a table, a row or a query that are seldom asked for. */
export const LATER_ANSWERS = {
  blob: blobAnswer,
  rowCsv: rowCsvAnswer,
  storedQuery: storedQueryAnswer,
  tableCsv: tableCsvAnswer,
  tableEmbed: embedTable,
  tableFile: tableFileAnswer,
};
