/**
 * Every path that is answered; the first match counts. Names in paths are tilde-encoded, so a dot is
 * always the start of an extension.
 */
import { tildeDecode } from "../../core/names.ts";
import type { PageContext } from "../pages/context.ts";
import type { Format } from "../parameters/page-request.ts";
import { autocompleteRoute } from "./autocomplete.ts";
import { cardRoute } from "./card.ts";
import { chartRoute, queryChartRoute } from "./chart.ts";
import { columnsRoute } from "./columns.ts";
import { dashboardRoute } from "./dashboard.ts";
import { databaseRoute } from "./database.ts";
import { downloadRoute } from "./download.ts";
import { faviconRoute } from "./favicon.ts";
import { indexRoute } from "./index.ts";
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
import { queryRoute } from "./query.ts";
import { queryDefinitionRoute } from "./query-definition.ts";
import { allQueriesRoute, queryListRoute, queryParametersRoute } from "./query-list.ts";
import { homeRedirect, memoryRedirect } from "./redirects.ts";
import type { Route, RouteParams } from "./route.ts";
import { rowRoute } from "./row.ts";
import { databaseSchemaRoute, instanceSchemaRoute, tableSchemaRoute } from "./schema.ts";
import { searchRoute } from "./search.ts";
import { staticRoute } from "./static.ts";
import { statusRoute } from "./status.ts";
import { tableRoute } from "./table.ts";
import { tableFragmentRoute } from "./table-fragment.ts";

export interface FoundRoute {
  route: Route;
  params: RouteParams;
  format: Format;
}

const JSON_OR_PAGE = "(?:\\.(?<format>json))?";
const SCHEMA_FORMAT = "(?:\\.(?<format>json|md))?";
const ANY_FORMAT = "(?:\\.(?<format>\\w+))?";
const DATABASE = "/(?<database>[^/.]+)";
const TABLE = `${DATABASE}/(?<table>[^/.]+)`;
const ROW = `${DATABASE}/(?<table>[^/]+?)/(?<rowPath>[^/]+?)`;

export const ROUTES: readonly Route[] = [
  stable(route(`/${JSON_OR_PAGE}`, indexRoute)),
  stable(route(`/-/${JSON_OR_PAGE}`, indexRoute)),
  route("/-", homeRedirect),
  route("/favicon\\.ico", faviconRoute),
  route("/-/static/.+", staticRoute),
  route("/-/look\\.css", lookRoute),
  route("/:memory:.*", memoryRedirect),
  route(`/-/versions${JSON_OR_PAGE}`, versionsRoute),
  route(`/-/plugins${JSON_OR_PAGE}`, pluginsRoute),
  route(`/-/settings${JSON_OR_PAGE}`, settingsRoute),
  route(`/-/config${JSON_OR_PAGE}`, configRoute),
  route(`/-/databases${JSON_OR_PAGE}`, databasesRoute),
  route(`/-/actor${JSON_OR_PAGE}`, actorRoute),
  route(`/-/(?:threads|actions|permissions|allowed|rules|check)${JSON_OR_PAGE}`, adminRoute),
  route("/-/status\\.(?<format>json)", statusRoute),
  route(`/-/jump${JSON_OR_PAGE}`, jumpRoute),
  route(`/-/loads${JSON_OR_PAGE}`, loadsRoute),
  route(`/-/search${JSON_OR_PAGE}`, searchRoute),
  route(`/-/queries${JSON_OR_PAGE}`, allQueriesRoute),
  route(`/-/schema${SCHEMA_FORMAT}`, instanceSchemaRoute),
  stable(route("/-/card\\.png", cardRoute)),
  stable(route(`${DATABASE}/-/card\\.png`, cardRoute)),
  stable(route(`${TABLE}/-/card\\.png`, cardRoute)),
  route(`${DATABASE}\\.db`, downloadRoute),
  stable(route(`${DATABASE}${ANY_FORMAT}`, databaseRoute)),
  route(`${DATABASE}/-/queries${JSON_OR_PAGE}`, queryListRoute),
  route(`${DATABASE}/-/schema${SCHEMA_FORMAT}`, databaseSchemaRoute),
  route(`${DATABASE}/-/query/parameters`, queryParametersRoute),
  route(`${DATABASE}/-/query${ANY_FORMAT}`, queryRoute),
  route(`${DATABASE}/-/query/chart\\.(?<format>json)`, queryChartRoute),
  route(`${DATABASE}/-/dashboards/(?<table>[^/.]+)${JSON_OR_PAGE}`, dashboardRoute),
  { ...route(`${TABLE}/-/chart\\.(?<format>json)`, chartRoute), isStable: isPublishedTable },
  route(`${DATABASE}/-/query/map\\.(?<format>json)`, queryMapRoute),
  { ...route(`${TABLE}/-/map\\.(?<format>json)`, mapRoute), isStable: isPublishedTable },
  { ...route(`${TABLE}/-/columns`, columnsRoute), isStable: isPublishedTable },
  route(`${TABLE}/-/definition`, queryDefinitionRoute),
  route(`${TABLE}/-/fragment`, tableFragmentRoute),
  {
    ...route(`${TABLE}${ANY_FORMAT}`, tableRoute),
    answersAllMethods: true,
    isStable: isPublishedTable,
  },
  { ...route(`${ROW}${ANY_FORMAT}`, rowRoute), isStable: isPublishedTable },
  route(`${TABLE}/-/autocomplete`, autocompleteRoute),
  route(`${TABLE}/-/schema${SCHEMA_FORMAT}`, tableSchemaRoute),
];

function route(path: string, answer: Route["answer"]): Route {
  return { path: new RegExp(`^${path}$`), answer };
}

function stable(unstable: Route): Route {
  return { ...unstable, isStable: () => true };
}

/** Not so views and queries, whose SQL may ask what time it is. */
function isPublishedTable({ site, request }: PageContext, params: RouteParams): boolean {
  const database = site.databases.find(({ name }) => name === params.database);
  const isTable = database?.inspection?.tables.some(({ name }) => name === params.table) ?? false;
  return isTable && !request.args.has("_where");
}

/** null for a path that nothing answers. `own` are the routes of the site's own files. */
export function findRoute(path: string, own: readonly Route[]): FoundRoute | null {
  for (const candidate of own.length === 0 ? ROUTES : [...own, ...ROUTES]) {
    const match = candidate.path.exec(path);
    if (match === null) continue;
    const { database = "", table = "", rowPath = "", format = "html" } = match.groups ?? {};
    return {
      route: candidate,
      params: {
        database: tildeDecode(database),
        table: tildeDecode(table),
        tablePath: table,
        rowPath,
      },
      format: format as Format,
    };
  }
  return null;
}
