import fc from "fast-check";
import { expect, test } from "vitest";
import { summarizeTables } from "../../../runtime/core/sqlite/inspect.ts";
import { findRoute, ROUTES } from "../../../runtime/site/routes/routes.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";
import { readable } from "./readable.ts";
import { type TemporarySite, temporarySite } from "./temporary-site.ts";

/** Each has a word that is in its rows and nowhere else, and a column whose name is nowhere else. */
const WITH_CANARIES = ["people", "letters", "notes", "boxes", "Mixed Case"];

const word = (table: string) => `zq${table.toLowerCase().replace(" ", "")}`;
const column = (table: string) => `${word(table)}col`;

const SQL = `
  create table people (id integer primary key, ${column("people")} text, name text);
  create table letters (id integer primary key, person integer references People(id),
    ${column("letters")} text);
  create table "Mixed Case" (id integer primary key, letter references letters(id),
    ${column("Mixed Case")} text);
  create virtual table notes using fts5(${column("notes")}, title);
  create virtual table boxes using rtree(id, low, high, +${column("boxes")});
  insert into people values (1, '${word("people")}', '${word("people")}'), (2, '${word("people")}', 'x');
  insert into letters values (1, 1, '${word("letters")}'), (2, 1, '["${word("letters")}"]');
  insert into "Mixed Case" values (1, 1, '${word("Mixed Case")}');
  insert into notes values ('${word("notes")}', 'title');
  insert into boxes values (1, 0, 10, '${word("boxes")}');
  create index by_name on people(name);
  create virtual table people_fts using fts5(name, content="people", content_rowid="id");
  insert into people_fts(people_fts) values ('rebuild');
  create virtual table letters_fts using fts4(content='letters', ${column("letters")});
  insert into letters_fts(letters_fts) values ('rebuild');
  create virtual table people_words using fts5vocab(people_fts, row);
  create virtual table notes_words using fts5vocab('notes', 'instance');
  create virtual table letters_words using fts4aux(letters_fts);
  create view people_count as select count(*) as n from people;
  create view ids as select people.id, letters.id as letter from people join letters on person = people.id;
  create view ids_of_ids as select letter from ids;
  create table plain (id integer primary key, x text);
  insert into plain values (1, 'open'), (2, 'open');
  analyze;
`;

const NAMES = [
  ...WITH_CANARIES,
  "people_fts",
  "letters_fts",
  "people_words",
  "notes_words",
  "letters_words",
  "people_count",
  "ids",
  "ids_of_ids",
  "plain",
  "notes_content",
  "notes_data",
  "boxes_rowid",
  "letters_fts_segments",
  "people_fts_data",
  "sqlite_stat1",
  "sqlite_master",
  "dbstat",
];

const allow = fc.constantFrom(true, false, { id: "root" }, { unauthenticated: true });
const rule = fc.oneof(
  allow.map((value) => ({ allow: value })),
  allow.map((value) => ({ permissions: { "view-table": value } })),
);
const letterCase = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => name.toLowerCase(),
);
const tables = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), letterCase, rule), { maxLength: 8 })
  .map((entries) =>
    Object.fromEntries(entries.map(([name, change, value]) => [change(name), value])),
  );
/** Parts of every table, of every kind. */
const parts = WITH_CANARIES.flatMap((table) => [
  { kind: "table", table },
  { kind: "number", table, aggregate: "max", column: column(table) },
  { kind: "bar", table, x: column(table) },
  { kind: "table", table: table.toUpperCase(), filters: { [`${column(table)}__contains`]: "zq" } },
]);
const dashboards = fc.constant({ all: { parts }, none: { parts, allow: false } });
const config = fc.record(
  {
    tables,
    dashboards,
    table_order: fc.constant(NAMES),
    allow: allow,
    permissions: fc.record({ "view-table": allow }, { requiredKeys: [] }),
  },
  { requiredKeys: ["tables", "dashboards"] },
);

/** SQL of a visitor about two tables. */
const SQL_FORMS: ((a: string, b: string) => string)[] = [
  (a) => `select * from ${a}`,
  (a) => `select count(*), group_concat(quote(t.rowid)) from ${a} t`,
  (a, b) => `select * from ${a}, ${b} limit 5`,
  (a, b) => `select * from ${a} where exists (select 1 from ${b})`,
  (a, b) => `with ${b} as (select * from ${a}) select * from ${b}`,
  (a, b) =>
    `with ids as (select * from ${a}), ids_of_ids as (select * from ${b}) select * from ids, ids_of_ids`,
  (a, b) =>
    `select (select group_concat(j.value) from json_each(json_array((select * from ${a}))) j) from ${b}`,
  (a) => `select * from pragma_table_xinfo(${a.replaceAll('"', "'")})`,
  (a) => `explain query plan select * from ${a}`,
  (a) => `select * from main.${a} union all select * from ${a}`,
  () => "select * from pragma_table_list, pragma_index_list(name)",
  () => "select sql from sqlite_master",
  () => "select * from dbstat",
];

const name = fc.constantFrom(...NAMES);
const quoted = fc
  .tuple(name, letterCase, fc.constantFrom('""', "[]", "``", "''"))
  .map(([text, change, [open, close]]) => `${open}${change(text)}${close}`);
const encoded = (text: string) => text.replaceAll(" ", "+");
const format = fc.constantFrom("", ".json", ".csv", ".blob", ".xlsx", ".parquet", ".atom");
const sql = fc
  .tuple(fc.constantFrom(...SQL_FORMS), quoted, quoted)
  .map(([form, a, b]) => form(a, b));
const tableQuery = fc.oneof(
  fc.constantFrom(
    "",
    "_labels=on",
    "_facet=name",
    "_facet=person&_facet_array=x",
    "_search=z*&_searchmode=raw",
    "_shape=array",
    "_stream=on",
    "_extra=table_definition,view_definition,foreign_key_tables,column_summaries,expandable_columns,suggested_facets,facet_results,count",
    "_sort=id&_size=1",
    "id__gt=0",
    "name__contains=zq",
    "_trace=1",
    "_next=1",
    "_chart=bar&_x=name",
    "_latitude=id&_longitude=id",
    "_latitude=id&_longitude=id&_cards=0,1",
  ),
  sql.map((text) => `_where=${encodeURIComponent(`1 in (${text})`)}`),
  name.map((table) => `_fts_table=${encodeURIComponent(table)}&_search=z*&_searchmode=raw`),
  fc
    .tuple(name, fc.constantFrom("person", "name", "letter"))
    .map(
      ([table, by]) =>
        `_through=${encodeURIComponent(JSON.stringify({ table, column: by, value: 1 }))}`,
    ),
);
/** Below the path of a table; chance leaves out none of them. */
const PLACES = [
  "",
  "/1",
  "/2",
  "/-/schema",
  "/-/fragment",
  "/-/autocomplete",
  "/-/chart.json",
  "/-/map.json",
  "/-/columns",
  "/-/definition",
  "/-/card.png",
  "/-/changes",
];
const EVERY_PLACE = [...PLACES, ".atom"].map((rest) => `/data/people${rest}`);

const url = fc.oneof(
  fc
    .tuple(name, letterCase, fc.constantFrom(...PLACES), format, tableQuery)
    .map(
      ([table, change, rest, ending, query]) =>
        `/data/${encoded(change(table))}${rest}${ending}?${query}`,
    ),
  fc
    .tuple(format, sql)
    .map(([ending, text]) => `/data/-/query${ending}?sql=${encodeURIComponent(text)}`),
  fc
    .tuple(fc.constantFrom("query/chart.json", "query/map.json", "query/parameters"), sql)
    .map(([kind, text]) => `/data/-/${kind}?sql=${encodeURIComponent(text)}&_chart=bar&_x=id`),
  letterCase.map((change) => `/-/jump.json?q=${change("zq")}`),
  fc
    .tuple(name, fc.constantFrom("zq", "1", "open"))
    .map(([table, q]) => `/data/${encoded(table)}/-/autocomplete?q=${q}`),
  fc.constantFrom(
    "/",
    "/.json",
    "/data",
    "/data/-/dashboards/all",
    "/data/-/dashboards/all.json",
    "/data/-/dashboards/none",
    "/data.json?_show_hidden=1",
    "/data.db",
    "/-/schema.json",
    "/data/-/schema.md",
    "/-/jump.json?q=",
    // What was searched for is repeated: FTS5 finds the words without the accents.
    "/-/search.json?q=zqp%C3%A9ople",
    "/-/search?q=zqn%C3%B6tes",
    "/-/search.json?q=title",
    "/-/config.json",
    "/-/databases.json",
    "/data/-/queries.json",
    "/-/queries",
    "/-/status.json?verify=1",
    "/-/loads.json",
    "/-/look.css",
    "/-/versions.json",
    "/-/settings.json",
    "/-/plugins.json",
    "/-/actor.json",
    "/-/permissions.json",
    "/-/",
    "/-",
    "/favicon.ico",
    "/-/static/style.css",
    "/:memory:",
    "/-/card.png",
    "/data/-/card.png",
  ),
);

/** As `update-stack` does, for which nothing is private. */
async function publishSummaries({ site }: TemporarySite): Promise<void> {
  const { inspection } = site.databases[0]!;
  if (inspection === null) return;
  const owner = temporarySite(SQL, { version: 1 });
  const { databases } = owner.site;
  const connection = await databases[0]!.connect();
  inspection.summaries = summarizeTables(connection, databases[0]!.inspection!, 5000);
  owner.close();
}

const SITES = 30;
const URLS = 100;

test(`${SITES} random configurations: none of ${SITES * URLS} answers shows what is private`, async () => {
  let shown = 0;
  const unvisited = new Set(ROUTES);
  const checkUrl = async (site: TemporarySite, hidden: readonly string[], path: string) => {
    const found = findRoute(path.split("?", 1)[0]!, []);
    if (found !== null) unvisited.delete(found.route);
    const text = await readable(await site.get(path));
    const leaked = hidden.filter((table) => new RegExp(word(table), "i").test(text));
    expect({ path, leaked }).toEqual({ path, leaked: [] });
    if (text.includes("zq")) shown++;
  };
  const anySite = fc.tuple(
    config,
    fc.boolean(),
    fc.array(url, { minLength: URLS, maxLength: URLS }),
  );
  await fc.assert(
    fc.asyncProperty(anySite, async ([data, isPublished, urls]) => {
      const site = temporarySite(SQL, {
        config: { config: { databases: { data } }, settings: { trace_debug: "on" } },
        ...(isPublished ? { version: 1 } : {}),
      });
      await publishSummaries(site);
      try {
        const visitor = new Visitor(site.site.config);
        const hidden = WITH_CANARIES.filter((table) => !visitor.mayViewTable("data", table));
        for (const path of [...urls, ...EVERY_PLACE]) await checkUrl(site, hidden, path);
      } finally {
        site.close();
      }
    }),
    { numRuns: SITES, endOnFailure: true },
  );
  expect([...unvisited].map(({ path }) => path.source)).toEqual([]);
  // What is visible is shown: the test could fail.
  expect(shown).toBeGreaterThan((SITES * URLS) / 20);
}, 60_000);
