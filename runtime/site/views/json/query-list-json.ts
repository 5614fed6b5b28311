import { splitQuery, withQuery } from "../../links.ts";
import type { PageContext } from "../../pages/context.ts";
import type { QueryListPage } from "../../pages/query/query-list-page-type.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import { storedQueryJson } from "./query-json.ts";

export function queryListJson(
  { request }: PageContext,
  page: QueryListPage,
): Record<string, unknown> {
  const { args } = request;
  return {
    ok: true,
    database: page.database,
    database_color: page.databaseColor,
    queries: page.queries.map(({ database, query }) => ({
      ...storedQueryJson(database, query),
      private: false,
    })),
    next: page.next,
    next_url: page.nextHref,
    limit: page.limit,
    show_private_note: false,
    show_trusted_note: page.queries.some(({ query }) => query.is_trusted),
    query_list_path: page.path,
    show_database: page.database === null,
    facets: [
      {
        title: "Mode",
        items: [
          flagItem("Read-only", "is_write", false, page.isWrite, page.readOnlyCount),
          flagItem("Writable", "is_write", true, page.isWrite, page.writableCount),
        ].filter((item) => item !== null),
      },
      {
        title: "Visibility",
        items: [
          flagItem("Not private", "is_private", false, page.isPrivate, page.count),
          flagItem("Private", "is_private", true, page.isPrivate, 0),
        ].filter((item) => item !== null),
      },
    ],
    filters: Object.fromEntries(
      ["q", "is_write", "is_private", "source", "owner_id"].map((name) => [
        name,
        args.get(name) ?? "",
      ]),
    ),
  };

  /** A link that sets (or, when it is set, removes) a flag; null when it would find nothing. */
  function flagItem(
    label: string,
    name: string,
    value: boolean,
    present: boolean | null,
    count: number,
  ): Record<string, unknown> | null {
    const active = present === value;
    const found = present === null || active ? count : 0;
    if (!active && found === 0) return null;
    const kept = args.pairs.filter(([other]) => other !== "_next" && other !== name);
    const pairs: Pair[] = active ? kept : [...kept, [name, value ? "1" : "0"]];
    return {
      label,
      count: found,
      href: withQuery(splitQuery(page.path)[0], encodePairs(pairs)),
      active,
    };
  }
}
