import { compareText } from "../../../core/compare-text.ts";
import type { QueryConfig } from "../../../core/config/config-types.ts";
import { asciiLower } from "../../../core/names.ts";
import { databaseConfig, type PageContext } from "../context.ts";
import type { QuerySummary } from "./query-summary.ts";

/** The configured queries of these databases that the reader may see, by database, then by title. */
export function visibleQueries(
  { config, links, visitor }: PageContext,
  databases: readonly string[],
): QuerySummary[] {
  return databases.flatMap((database) =>
    [...databaseConfig(config, database).queries.values()]
      .filter((query) => visitor.mayViewQuery(database, query.name))
      .sort((a, b) => compareText(sortKey(a), sortKey(b)) || compareText(a.name, b.name))
      .map((query) => ({
        database,
        databaseHref: links.database(database),
        query,
        href:
          links.table(database, query.name) + (query.fragment === null ? "" : `#${query.fragment}`),
      })),
  );
}

export function sortKey({ title, name }: QueryConfig): string {
  return asciiLower(title || name);
}
