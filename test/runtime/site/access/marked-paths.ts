/** What to ask of each route of the marked site; a path has `{db}` and `{table}` where it is asked for all of them. */
import { DASHBOARDS, DATABASES, QUERIES, TABLES } from "./marked-site.ts";

const SQL = [
  "select * from zktable_people",
  "select * from zktable_view",
  "select * from zktable_fts where zktable_fts match 'ada*'",
  "select * from zkother_notes",
  "select * from zksecond_rows",
  "select sql from sqlite_master",
  "select name from pragma_table_list",
  "select * from pragma_foreign_key_list('zkopen_books')",
  "select * from sqlite_stat1",
  "explain query plan select * from zkopen_books",
  "select title from zkopen_books where exists (select 1 from zktable_people)",
  "select * from shop.zktable_people",
  "select * from zkvault_db.zkvault_rows",
  "select * from zksecond_db.zksecond_rows",
  "select * from pragma_database_list",
].map(encodeURIComponent);

const FACETED =
  "_labels=on&_facet=author&_facet=note&_extra=count,facet_results,suggested_facets,expandable_columns,table_definition,view_definition,foreign_key_tables,metadata,query,columns,human_description_en,database_color,primary_keys,all_columns";

const withSql = (path: string, ...more: string[]) =>
  SQL.map((sql) => `${path}?${[`sql=${sql}`, ...more].join("&")}`);

const TABLE = "/{db}/{table}";

/** By the pattern of the route. */
const PATHS: Record<string, readonly string[]> = {
  "^/(?:\\.(?<format>json))?$": ["/", "/.json", "/?_at=1", "/.json?_at=1"],
  "^/-/(?:\\.(?<format>json))?$": ["/-/", "/-/.json"],
  "^/-$": ["/-"],
  "^/favicon\\.ico$": ["/favicon.ico"],
  "^/-/static/.+$": ["/-/static/index.css", "/-/static/none.js"],
  "^/-/look\\.css$": ["/-/look.css"],
  "^/:memory:.*$": ["/:memory:", "/:memory:/zktable_people"],
  "^/-/versions(?:\\.(?<format>json))?$": ["/-/versions", "/-/versions.json"],
  "^/-/plugins(?:\\.(?<format>json))?$": ["/-/plugins", "/-/plugins.json"],
  "^/-/settings(?:\\.(?<format>json))?$": ["/-/settings", "/-/settings.json"],
  "^/-/config(?:\\.(?<format>json))?$": ["/-/config", "/-/config.json"],
  "^/-/databases(?:\\.(?<format>json))?$": ["/-/databases", "/-/databases.json"],
  "^/-/actor(?:\\.(?<format>json))?$": ["/-/actor", "/-/actor.json"],
  "^/-/(?:threads|actions|permissions|allowed|rules|check)(?:\\.(?<format>json))?$": [
    "/-/threads",
    "/-/actions.json",
    "/-/permissions",
    "/-/allowed.json?action=view-table",
    "/-/rules.json?action=view-table",
    "/-/check.json?action=view-table&parent=shop&child=zktable_people",
  ],
  "^/-/status\\.(?<format>json)$": ["/-/status.json", "/-/status.json?verify=1"],
  "^/-/jump(?:\\.(?<format>json))?$": ["/-/jump", "/-/jump.json", "/-/jump.json?q=zk"],
  "^/-/loads(?:\\.(?<format>json))?$": ["/-/loads", "/-/loads.json"],
  "^/-/search(?:\\.(?<format>json))?$": ["/-/search?q=zk", "/-/search.json?q=ada", "/-/search"],
  "^/-/queries(?:\\.(?<format>json))?$": ["/-/queries", "/-/queries.json"],
  "^/-/schema(?:\\.(?<format>json|md))?$": ["/-/schema", "/-/schema.json", "/-/schema.md"],
  "^/-/card\\.png$": ["/-/card.png"],
  "^/(?<database>[^/.]+)/-/card\\.png$": ["/{db}/-/card.png"],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/card\\.png$": [`${TABLE}/-/card.png`],
  "^/(?<database>[^/.]+)\\.db$": ["/{db}.db", "/{db}.db?_at=1"],
  "^/(?<database>[^/.]+)(?:\\.(?<format>\\w+))?$": [
    "/{db}",
    "/{db}.json",
    "/{db}?_at=1",
    "/{db}.json?_at=1",
    "/{db}.csv",
    "/{db}?_size=1",
  ],
  "^/(?<database>[^/.]+)/-/queries(?:\\.(?<format>json))?$": [
    "/{db}/-/queries",
    "/{db}/-/queries.json",
  ],
  "^/(?<database>[^/.]+)/-/schema(?:\\.(?<format>json|md))?$": [
    "/{db}/-/schema",
    "/{db}/-/schema.json",
    "/{db}/-/schema.md",
    "/{db}/-/schema.json?_at=1",
  ],
  "^/(?<database>[^/.]+)/-/query/parameters$": [
    "/{db}/-/query/parameters?sql=select+:a+from+zktable_people",
  ],
  "^/(?<database>[^/.]+)/-/query(?:\\.(?<format>\\w+))?$": [
    "/{db}/-/query",
    ...withSql("/{db}/-/query.json", "_trace=1"),
    ...withSql("/{db}/-/query"),
    ...SQL.slice(0, 4).flatMap((sql) =>
      ["csv", "xlsx", "parquet"].map((type) => `/{db}/-/query.${type}?sql=${sql}`),
    ),
    "/{db}/-/query.json?sql=select+*+from+zksecond_rows&_at=1",
    "/{db}/-/query.json?sql=select+*+from+zktable_people&_at=1",
  ],
  "^/(?<database>[^/.]+)/-/query/chart\\.(?<format>json)$": [
    ...withSql("/{db}/-/query/chart.json", "_chart=bar", "_x=zktable_column"),
  ],
  "^/(?<database>[^/.]+)/-/dashboards/(?<table>[^/.]+)(?:\\.(?<format>json))?$": [
    ...DASHBOARDS.flatMap((name) => [
      `/{db}/-/dashboards/${name}`,
      `/{db}/-/dashboards/${name}.json`,
    ]),
  ],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/chart\\.(?<format>json)$": [
    `${TABLE}/-/chart.json`,
    `${TABLE}/-/chart.json?_chart=bar&_x=note`,
    `${TABLE}/-/chart.json?_chart=bar&_x=author&_labels=on`,
  ],
  "^/(?<database>[^/.]+)/-/query/map\\.(?<format>json)$": [...withSql("/{db}/-/query/map.json")],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/map\\.(?<format>json)$": [`${TABLE}/-/map.json`],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/columns$": [`${TABLE}/-/columns`],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/changes(?:\\.(?<format>json|csv))?$": [
    `${TABLE}/-/changes?from=1&to=2`,
    `${TABLE}/-/changes.json?from=1&to=2`,
    `${TABLE}/-/changes.csv?from=1&to=2`,
  ],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)\\.atom$": [`${TABLE}.atom`],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/definition$": [`${TABLE}/-/definition`],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/fragment$": [`${TABLE}/-/fragment?_row=1`],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)(?:\\.(?<format>\\w+))?$": [
    `${TABLE}?_labels=on`,
    `${TABLE}.json?${FACETED}`,
    `${TABLE}.json?_trace=1`,
    `${TABLE}?_at=1`,
    `${TABLE}.json?_at=1`,
    `${TABLE}.csv?_labels=on&_stream=on`,
    `${TABLE}.xlsx?_labels=on`,
    `${TABLE}.parquet`,
    `${TABLE}?_embed=chart`,
    `${TABLE}?_embed=table`,
    `${TABLE}?_facet=author&_facet=note&_facet=zktable_column`,
    `${TABLE}.json?_search=ada&_fts_table=zktable_fts`,
    `${TABLE}.json?_where=${encodeURIComponent("exists (select 1 from zktable_people)")}`,
    `${TABLE}.json?_where=${encodeURIComponent("id in (select id from zkother_notes)")}`,
    `${TABLE}.json?_through=${encodeURIComponent('{"table":"zkother_copies","column":"id","value":"1"}')}`,
    `${TABLE}.json?_sort=zktable_column`,
    `${TABLE}.html`,
    `${TABLE}/`,
  ],
  "^/(?<database>[^/.]+)/(?<table>[^/]+?)/(?<rowPath>[^/]+?)(?:\\.(?<format>\\w+))?$": [
    `${TABLE}/1`,
    `${TABLE}/1.json?_extra=foreign_key_tables&_labels=on`,
    `${TABLE}/1.csv`,
    `${TABLE}/99`,
    `${TABLE}/1?_at=1`,
    `${TABLE}/1.blob?_blob_column=title`,
  ],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/autocomplete$": [
    `${TABLE}/-/autocomplete?q=zk`,
    `${TABLE}/-/autocomplete?q=1&_column=author`,
    `${TABLE}/-/autocomplete?q=&_column=note`,
  ],
  "^/(?<database>[^/.]+)/(?<table>[^/.]+)/-/schema(?:\\.(?<format>json|md))?$": [
    `${TABLE}/-/schema`,
    `${TABLE}/-/schema.json`,
    `${TABLE}/-/schema.md`,
  ],
};

/** No route's. */
const ELSEWHERE = [
  "/-/login",
  "/-/login?next=/shop",
  "/-/login/start",
  "/-/login/callback?code=1&state=2",
  "/-/logout",
  "/assets/file.txt",
  "/assets/none.txt",
  "/none",
  "/none.json",
  "/shop/none",
  "/shop/none.json",
  "/shop/zkopen_books/1/2/3",
  "/%7Aktable_people",
  "/shop/zktable%5Fpeople",
  "//zkvault_db",
];

/** undefined for a route of which nothing is known here. */
export function pathsOf(pattern: string): string[] | undefined {
  return Object.hasOwn(PATHS, pattern) ? PATHS[pattern]!.flatMap(everywhere) : undefined;
}

export const OTHER_PATHS = ELSEWHERE;

function everywhere(path: string): string[] {
  const databases = path.includes("{db}") ? [...DATABASES, "_memory"] : [""];
  return databases.flatMap((database) => {
    const own = [...(TABLES[database] ?? []), ...(database === "shop" ? QUERIES : [])];
    const tables = path.includes("{table}") ? own : [""];
    return tables.map((table) => path.replace("{db}", database).replace("{table}", table));
  });
}
