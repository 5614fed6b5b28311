/** What SQL of visitors may read where tables are private. */
import { afterAll, describe, expect, test } from "vitest";
import { CANARY, KINDS, privateSite } from "./private-site.ts";
import { temporarySite } from "./temporary-site.ts";

const REFUSED = [
  "select * from secret",
  "select word from main.secret",
  'select word from "SECRET"',
  "select word from [secret]",
  "select word from `secret`",
  "select word from 'secret'",
  "select count(*) from secret",
  "select 1 from secret",
  "select open.* from open, secret",
  "select name from open where exists (select 1 from secret)",
  "select name from open where id in (select id from secret)",
  "select name, (select word from secret) from open",
  "select name from open order by (select max(word) from secret)",
  "select * from open left join secret on secret.id = secret_id",
  "with x as (select * from secret) select * from x",
  "with published as (select * from secret) select * from published",
  "with published(a, b) as materialized (select * from secret) select * from published",
  "select * from (with published as (select word from secret) select * from published)",
  "with counted as (select count(*) from secret) select * from counted",
  "select * from published where (select count(*) from secret) > 1",
  "select * from published where exists (select 1 from secret)",
  "with recursive published(w) as (select word from secret union all select w from published) select * from published limit 3",
  "select * from (select word from secret) as published",
  "select * from secret_fts('canary')",
  "select rowid from secret_fts where secret_fts match 'canary'",
  "select * from secret_fts_data",
  "select count(*) from secret_fts_idx",
  "select * from words",
  "select * from notes_words",
  "select * from notes_content",
  "select * from hidden_view",
  "select 1 from hidden_view",
  "select count(*) from hidden_view",
  "select name from sqlite_master",
  "select count(*) from sqlite_master",
  "select sql from main.sqlite_schema",
  "select sql from 'sqlite_master'",
  "select * from sqlite_stat1",
  "select * from sqlite_temp_master",
  "select name from dbstat",
  "select count(*) from dbstat",
  "select * from pragma_table_list",
  "select * from pragma_table_info('secret')",
  "select * from pragma_table_info('sec' || 'ret')",
  "select * from pragma_table_xinfo('Secret', 'main')",
  "select * from open, pragma_table_info(replace('seXcret', 'X', ''))",
  "select * from pragma_index_list('secret')",
  "select * from pragma_index_info('secret_word')",
  "select * from pragma_index_xinfo('secret_word')",
  "select * from pragma_foreign_key_list('open')",
  "select rtreecheck('main', 'secret')",
  "explain select * from published",
  "/* */ explain query plan select * from published",
];

const TELLING_MISTAKES = [
  "select * from secret a, secret b where word = 1",
  "select * from secret union select 1",
  "select missing from secret",
  "with x(a) as (select * from secret) select * from x",
  "select (select * from secret)",
];

const ALLOWED: [sql: string, rows: unknown[]][] = [
  [
    "select id, name from open order by id",
    [
      [1, "first"],
      [2, "second"],
    ],
  ],
  ["select count(*) from open", [[2]]],
  ["with x as (select name from open where id = 1) select * from x", [["first"]]],
  ["with x as (select 1) select count(*) from x", [[1]]],
  ["select length from published where id = 1", [[10]]],
  ["select count(*) from published", [[2]]],
  ["select rest from nested order by 1", [["one"], ["two"]]],
  ["select rest from over_hidden order by 1", [["one"], ["two"]]],
  ["select n from counted", [[2]]],
  ["select n from inner_count", [[2]]],
  ["select length from note_lengths", [[11]]],
  [
    "select name, length from open join published on published.id = secret_id where open.id = 2",
    [["second", 10]],
  ],
  ["with x as (select rest from published) select max(rest) from x", [["two"]]],
  ["select name as secret from open where id = 1", [["first"]]],
  ["select id from published where rest != 'secret' and id = 2", [[2]]],
  ["select rowid from open_fts where open_fts match 'second'", [[2]]],
  ["select count(*) from open_fts_data where id = 1", [[1]]],
  ["select name from pragma_table_info('open') where pk", [["id"]]],
  ["select name from pragma_index_info('open_name')", [["name"]]],
  ["select name from pragma_index_list('open')", [["open_name"]]],
  ["select value from json_each('[7]')", [[7]]],
  ["explain query plan select 1", [[1, 0, 0, "SCAN CONSTANT ROW"]]],
];

describe.each(KINDS)("in %s with private tables", (_, version) => {
  const site = privateSite(version === undefined ? {} : { version });
  afterAll(() => site.close());
  const ask = async (sql: string) => {
    const response = await site.get(
      `/data/-/query.json?_shape=arrays&sql=${encodeURIComponent(sql)}`,
    );
    return (await response.json()) as { ok: boolean; error?: string; rows?: unknown[] };
  };

  test.each(REFUSED)("%s is refused", async (sql) => {
    const { ok, error } = await ask(sql);
    expect({ ok, error }).toEqual({ ok: false, error: expect.stringMatching(/is not allowed$/) });
  });

  test.each(TELLING_MISTAKES)("%s does not tell what columns there are", async (sql) => {
    const { ok, error } = await ask(sql);
    expect({ ok, error }).toEqual({ ok: false, error: expect.stringMatching(/is not allowed$/) });
  });

  test("SQL that is wrong in other ways says how", async () => {
    expect((await ask("select missing from open")).error).toBe("no such column: missing");
    expect((await ask("select secret frm open")).error).toContain("syntax error");
    expect((await ask("select secret from nowhere")).error).toBe("no such table: nowhere");
  });

  test.each(ALLOWED)("%s is answered", async (sql, rows) => {
    expect(await ask(sql)).toMatchObject({ ok: true, rows });
  });

  test.each(["1 in (select id from secret)", "exists (select 1 from secret)"])(
    "_where=%s is refused",
    async (where) => {
      for (const path of ["open.json", "published.json", "open.csv", "open"]) {
        const { status } = await site.get(`/data/${path}?_where=${encodeURIComponent(where)}`);
        expect([path, status]).toEqual([path, 400]);
      }
    },
  );
});

describe("queries of the configuration", () => {
  const sql = "select word from secret where id = :id";
  const queries = {
    trusted: { sql },
    untrusted: { sql, is_trusted: false },
    denied: { sql: "select 'sql of a denied query'", allow: false },
  };
  const site = privateSite({ more: { queries } });
  afterAll(() => site.close());

  test("read what their author chose when they are trusted, else what visitors may", async () => {
    expect(await (await site.get("/data/trusted.json?id=1")).json()).toMatchObject({
      rows: [{ word: "canary one" }],
    });
    const refused = await site.get("/data/untrusted.json?id=1");
    expect(await refused.json()).toMatchObject({
      ok: false,
      error: "Reading secret is not allowed",
    });
    expect((await site.get("/data/denied.json")).status).toBe(403);
  });
});

describe("without the guard", () => {
  const untrusted = { sql: "select word from secret", is_trusted: false };
  const site = privateSite({ guard: false, version: 1, more: { queries: { untrusted } } });
  afterAll(() => site.close());

  test.each([
    "/data/-/query.json?sql=select+1",
    "/data/open.json?_where=1",
    "/data/untrusted.json",
    "/data/open.json?_fts_table=secret_fts&_search=canary",
    "/data.db",
    "/data/secret.json",
  ])("%s is refused", async (path) => {
    const response = await site.get(path);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain(CANARY);
  });

  test("visible tables and views are served", async () => {
    expect((await site.get("/data/open.json?_search=first")).status).toBe(200);
    expect((await site.get("/data/published.json")).status).toBe(200);
  });
});

test("a table that becomes private when the schema changes is private at once", async () => {
  const site = privateSite();
  const ask = async (sql: string) =>
    (await site.get(`/data/-/query.json?sql=${encodeURIComponent(sql)}`)).status;
  expect(await ask("select * from late")).toBe(400);
  site.database.exec("create virtual table late using fts5vocab('notes', 'row')");
  expect(await ask("select * from late")).toBe(400);
  site.database.exec("create table fine (x)");
  expect(await ask("select * from fine")).toBe(200);
  expect(await ask("select * from secret")).toBe(400);
  site.close();
});

test("tables with names that every object of JavaScript has are no hindrance", async () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];
  const made = names.map((name) => `create table "${name}" (x); insert into "${name}" values (1);`);
  const site = temporarySite(`create table hidden (k); ${made.join("\n")}`, {
    version: 1,
    config: { config: { databases: { data: { tables: { hidden: { allow: false } } } } } },
  });
  try {
    for (const name of names) {
      expect((await site.get(`/data/${name}.json`)).status, name).toBe(200);
    }
    expect((await site.get("/data.json")).status).toBe(200);
    expect((await site.get("/data/hidden.json")).status).toBe(403);
  } finally {
    site.close();
  }
});

test("what the loader of events notes of a private table is private; somebody else's table of that name is not", async () => {
  const config = { config: { databases: { data: { tables: { orders: { allow: false } } } } } };
  const query = "/data/-/query.json?sql=select+*+from+_dlt_lake";
  const noted = temporarySite(
    `create table orders (id); create table _dlt_lake (load_id, table_name, first_row);
     insert into _dlt_lake values ('1', 'orders', 1)`,
    { config },
  );
  expect((await noted.get(query)).status).toBe(400);
  expect((await noted.get("/data/_dlt_lake.json")).status).toBe(403);
  noted.close();
  const other = temporarySite("create table orders (id); create table _dlt_lake (x)", { config });
  expect((await other.get(query)).status).toBe(200);
  other.close();
});
