/** A table that is private today, and what it was before: other letters, another shape, indexes and views of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type VersionedSite, versionedSite } from "./versioned-site.ts";

const HUSH = "hushhush";

let site: VersionedSite;

beforeAll(async () => {
  site = await versionedSite();
  site.publish({
    data: `
      create table "SeCreT" (id integer primary key, word text, open_id integer references open(id));
      create table open (id integer primary key, note text);
      create virtual table "Secret_FTS" using fts5(word, content="SeCreT");
      create virtual table finds using fts5(word, content='SeCreT', content_rowid='id');
      create view sees as select * from "SECRET";
      create trigger t after insert on "SeCreT" begin select '${HUSH}'; end;
      insert into open values (1, 'fine');
      insert into "SeCreT" values (1, '${HUSH}', 1), (2, 'other ${HUSH}', 1);
      insert into "Secret_FTS" ("Secret_FTS") values ('rebuild');
      insert into finds (finds) values ('rebuild');
    `,
  });
  site.publish({
    data: `insert into "SECRET" values (3, '${HUSH} too', 1); delete from "SECRET" where id = 1`,
  });
  site.publish({ data: "insert into open values (2, 'fine, too')" });
  site.publish({
    data: `drop view sees; drop table "Secret_FTS"; drop table finds; drop table "SeCreT";
      create table secret (id integer primary key, word text)`,
  });
  // A view shows what it selects; one that is there no more can still be denied by its name.
  const tables = { secret: { allow: false }, sees: { allow: false } };
  const config = { databases: { data: { permissions: { "view-versions": true }, tables } } };
  site.publish({}, { config });
});
afterAll(() => site.close());

const NAMES = ["secret", "SECRET", "SeCreT", "sEcret", "Secret_FTS", "secret_fts", "finds"];
const SHADOWS = ["Secret_FTS_data", "secret_fts_idx", "finds_docsize", "FINDS_data"];
const PLACES = [
  "",
  ".json",
  ".json?_shape=array",
  ".csv",
  ".csv?_stream=1",
  ".xlsx",
  ".parquet",
  ".atom",
  "/1",
  "/1.json",
  "/-/columns",
  "/-/schema",
  "/-/schema.json",
  "/-/definition",
  "/-/fragment",
  "/-/map.json",
  "/-/chart.json?x=word",
  "/-/changes",
  "/-/changes.json",
  "/-/changes.json?from=1&to=2",
  "/-/changes.csv?from=1&to=2",
  "/-/changes?from=3&to=1",
  ".json?_facet=word",
  ".json?_search=hushhush",
];

function inTime(path: string, at: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}_at=${at}`;
}

test("nothing below its names tells what it had, at any version or time", async () => {
  const told: string[] = [];
  for (const name of [...NAMES, ...SHADOWS]) {
    for (const place of PLACES) {
      const path = `/data/${encodeURIComponent(name)}${place}`;
      for (const at of ["1", "2", "2026-01-01T13:00", "5"]) {
        const answer = await site.get(inTime(path, at));
        const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
        if (text.includes(HUSH) || answer.status === 200 || answer.status >= 500) {
          told.push(`${answer.status} ${inTime(path, at)}`);
        }
      }
    }
  }
  expect(told).toEqual([]);
});

test("neither do SQL, views, searches, lists, files and feeds of the site", async () => {
  const sql = (text: string) => `/data/-/query.json?sql=${encodeURIComponent(text)}`;
  const paths = [
    ...['"SeCreT"', "main.SECRET", "sees", "finds", "Secret_FTS", "finds_docsize"].map((name) =>
      sql(`select * from ${name}`),
    ),
    sql("select * from open join SECRET on 1"),
    sql("select group_concat(sql) from sqlite_schema"),
    sql("with secret as (select * from SeCreT) select * from secret"),
    "/data.db",
    "/data/sees.json",
    "/data/sees/-/changes.json?from=1&to=2",
    "/data/open.json",
    "/data/open/1.json",
    "/data/open",
    "/data/open/-/changes.json?from=1&to=3",
    "/data/open.atom",
    "/data/-/schema",
    "/data.json",
    "/data",
    "/",
    "/-/search?q=hushhush",
    "/-/search.json?q=hushhush",
    "/-/jump.json?q=s",
    "/-/schema.json",
    "/data/-/autocomplete.json?q=s",
  ];
  const told: string[] = [];
  for (const path of paths) {
    for (const at of ["1", "2", "4"]) {
      const answer = await site.get(inTime(path, at));
      const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
      const isNamed = /secret|finds/i.test(text.replaceAll(/sql=[^&"]*|hushhush/gi, ""));
      const isAsked = path.includes("/-/query.json") || /sees|search/.test(path);
      if ((isNamed && !isAsked) || answer.status >= 500 || isTold(path, text)) {
        told.push(`${answer.status} ${inTime(path, at)}: ${text.slice(0, 300)}`);
      }
    }
  }
  expect(told).toEqual([]);
});

/** What somebody looked for is repeated on the page. */
function isTold(path: string, text: string): boolean {
  return (
    text.replaceAll(/(q=|value="|<q>|“|”)hushhush|"q(uery)?": ?"hushhush"/g, "").includes(HUSH) &&
    !path.includes("search")
  );
}

test("the list of versions does not tell how many rows it had", async () => {
  for (const path of ["/-/versions.json", "/-/versions"]) {
    const text = await site.text(path);
    expect(text).not.toMatch(/secret|finds|sees/i);
    expect(text).toContain("open");
  }
});
