/** Every path that is answered, first match first. Names in paths are tilde-encoded. */
import { tildeDecode } from "../names.ts";
import type { Format } from "../parameters/page-request.ts";
import { databaseRoute } from "./database.ts";
import { indexRoute } from "./index.ts";
import { statusRoute, versionsRoute } from "./introspection.ts";
import { queryRoute } from "./query.ts";
import type { Route, RouteParams } from "./route.ts";
import { rowRoute } from "./row.ts";
import { staticRoute } from "./static.ts";
import { tableRoute } from "./table.ts";

export interface FoundRoute {
  route: Route;
  params: RouteParams;
  format: Format;
}

const ROUTES: readonly Route[] = [
  { path: /^\/(?:\.(?<format>json))?$/, answer: indexRoute },
  { path: /^\/-\/(?:\.(?<format>json))?$/, answer: indexRoute },
  { path: /^\/-\/versions(?:\.(?<format>json))?$/, answer: versionsRoute },
  { path: /^\/-\/status\.(?<format>json)$/, answer: statusRoute },
  { path: /^\/-\/static\/[\w.-]+$/, answer: staticRoute },
  { path: /^\/(?<database>[^/.]+)(?:\.(?<format>\w+))?$/, answer: databaseRoute },
  {
    path: /^\/(?<database>[^/.]+)\/-\/query(?:\.(?<format>\w+))?$/,
    answer: queryRoute,
  },
  { path: /^\/(?<database>[^/.]+)\/(?<table>[^/.]+)(?:\.(?<format>\w+))?$/, answer: tableRoute },
  {
    path: /^\/(?<database>[^/.]+)\/(?<table>[^/]+?)\/(?<rowPath>[^/]+?)(?:\.(?<format>\w+))?$/,
    answer: rowRoute,
  },
];

/** null for a path that nothing answers. */
export function findRoute(path: string): FoundRoute | null {
  for (const route of ROUTES) {
    const groups = route.path.exec(path)?.groups;
    if (groups === undefined) {
      if (!route.path.test(path)) continue;
    }
    return {
      route,
      params: {
        database: tildeDecode(groups?.database ?? ""),
        table: tildeDecode(groups?.table ?? ""),
        tablePath: groups?.table ?? "",
        rowPath: groups?.rowPath ?? "",
      },
      format: (groups?.format ?? "html") as Format,
    };
  }
  return null;
}
