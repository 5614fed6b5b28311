/**
 * Every path that is answered; the first match counts. Names in paths are tilde-encoded, so a dot is
 * always the start of an extension.
 */
import { tildeDecode } from "../../core/names.ts";
import type { PageContext } from "../pages/context.ts";
import type { Format } from "../parameters/page-request.ts";
import { databaseRoute } from "./database.ts";
import { faviconRoute } from "./favicon.ts";
import { indexRoute } from "./index.ts";
import type { LATER_ROUTES } from "./later.ts";
import { homeRedirect, memoryRedirect } from "./redirects.ts";
import type { Route, RouteParams } from "./route.ts";
import { rowRoute } from "./row.ts";
import { staticRoute } from "./static.ts";
import { statusRoute } from "./status.ts";
import { tableRoute } from "./table.ts";

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
  timeless(route("/-", homeRedirect)),
  timeless(route("/favicon\\.ico", faviconRoute)),
  timeless(route("/-/static/.+", staticRoute)),
  timeless(later("/-/look\\.css", "look")),
  route("/:memory:.*", memoryRedirect),
  timeless(later(`/-/versions${JSON_OR_PAGE}`, "versions")),
  timeless(later(`/-/plugins${JSON_OR_PAGE}`, "plugins")),
  timeless(later(`/-/settings${JSON_OR_PAGE}`, "settings")),
  timeless(later(`/-/config${JSON_OR_PAGE}`, "config")),
  later(`/-/databases${JSON_OR_PAGE}`, "databases"),
  timeless(later(`/-/actor${JSON_OR_PAGE}`, "actor")),
  later(`/-/(?:threads|actions|permissions|allowed|rules|check)${JSON_OR_PAGE}`, "admin"),
  timeless(route("/-/status\\.(?<format>json)", statusRoute)),
  later(`/-/jump${JSON_OR_PAGE}`, "jump"),
  timeless(later(`/-/loads${JSON_OR_PAGE}`, "loads")),
  later(`/-/search${JSON_OR_PAGE}`, "search"),
  later(`/-/queries${JSON_OR_PAGE}`, "allQueries"),
  later(`/-/schema${SCHEMA_FORMAT}`, "instanceSchema"),
  stable(later("/-/card\\.png", "card")),
  stable(later(`${DATABASE}/-/card\\.png`, "card")),
  stable(later(`${TABLE}/-/card\\.png`, "card")),
  later(`${DATABASE}\\.db`, "download"),
  stable(route(`${DATABASE}${ANY_FORMAT}`, databaseRoute)),
  later(`${DATABASE}/-/queries${JSON_OR_PAGE}`, "queryList"),
  later(`${DATABASE}/-/schema${SCHEMA_FORMAT}`, "databaseSchema"),
  later(`${DATABASE}/-/query/parameters`, "queryParameters"),
  later(`${DATABASE}/-/query${ANY_FORMAT}`, "query"),
  later(`${DATABASE}/-/query/chart\\.(?<format>json)`, "queryChart"),
  later(`${DATABASE}/-/dashboards/(?<table>[^/.]+)${JSON_OR_PAGE}`, "dashboard"),
  { ...later(`${TABLE}/-/chart\\.(?<format>json)`, "chart"), isStable: isPublishedTable },
  later(`${DATABASE}/-/query/map\\.(?<format>json)`, "queryMap"),
  { ...later(`${TABLE}/-/map\\.(?<format>json)`, "map"), isStable: isPublishedTable },
  { ...later(`${TABLE}/-/columns`, "columns"), isStable: isPublishedTable },
  timeless(later(`${TABLE}/-/changes(?:\\.(?<format>json|csv))?`, "changes")),
  timeless(later(`${TABLE}\\.atom`, "feed")),
  later(`${TABLE}/-/definition`, "queryDefinition"),
  later(`${TABLE}/-/fragment`, "tableFragment"),
  {
    ...route(`${TABLE}${ANY_FORMAT}`, tableRoute),
    answersAllMethods: true,
    isStable: isPublishedTable,
  },
  { ...route(`${ROW}${ANY_FORMAT}`, rowRoute), isStable: isPublishedTable },
  later(`${TABLE}/-/autocomplete`, "autocomplete"),
  later(`${TABLE}/-/schema${SCHEMA_FORMAT}`, "tableSchema"),
];

function route(path: string, answer: Route["answer"]): Route {
  return { path: new RegExp(`^${path}$`), answer };
}

/** A route whose code is loaded when it is asked for. */
function later(path: string, name: keyof typeof LATER_ROUTES): Route {
  return route(path, async (context, params) => {
    const { LATER_ROUTES } = await import("./later.ts");
    return LATER_ROUTES[name](context, params);
  });
}

function timeless(always: Route): Route {
  return { ...always, isTimeless: true };
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
