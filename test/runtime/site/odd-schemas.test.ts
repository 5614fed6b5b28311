import { afterAll, describe, expect, test } from "vitest";
import { Links } from "../../../runtime/site/links.ts";
import { temporarySite } from "./temporary-site.ts";

describe("A database with tables that SQLite cannot read", () => {
  const sql = `
    pragma foreign_keys = off;
    create table gone (id integer primary key);
    create view broken as select * from gone;
    drop table gone;
    create table child (id integer primary key, parent_id integer references nowhere(id));
    insert into child values (1, 5);
    pragma writable_schema = on;
    insert into sqlite_master (type, name, tbl_name, rootpage, sql)
      values ('table', 'alien', 'alien', 0, 'CREATE VIRTUAL TABLE alien USING not_a_module(x)');
  `;
  const served = temporarySite(sql);
  const published = temporarySite(sql, { version: 1 });
  afterAll(() => {
    served.close();
    published.close();
  });

  test.each([
    "/",
    "/.json",
    "/data",
    "/data.json",
    "/data/-/schema",
    "/-/jump?q=b",
    "/data/child?_labels=on",
  ])("%s works", async (path) => {
    for (const site of [served, published]) expect((await site.get(path)).status).toBe(200);
  });

  test.each([
    ["broken", "The view broken cannot be read: a table or column that it is made of is not there"],
    ["alien", "The table alien cannot be read: SQLite does not know its kind"],
  ])("the page of %s says what is wrong", async (name, error) => {
    for (const site of [served, published]) {
      const answer = await site.get(`/data/${name}.json`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ ok: false, status: 400, error });
      expect((await site.get(`/data/${name}`)).status).toBe(400);
    }
  });
});

test("names with every sort of character lead to their pages", async () => {
  const names = [
    "a/b",
    "a.b",
    "100%",
    "~",
    "a,b",
    "a+b",
    "a b",
    'a"b',
    "a'b",
    "[a]",
    "ünïcode ☕",
    "-",
    "select",
  ];
  const tables = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  const site = temporarySite(
    tables
      .map(
        (table) =>
          `create table ${table} (${table} text primary key); insert into ${table} values ('${table.replaceAll("'", "''")}');`,
      )
      .join("\n"),
  );
  try {
    const { tables: listed } = (await (await site.get("/data.json")).json()) as {
      tables: { name: string }[];
    };
    expect(listed.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const name of names) {
      const path = new Links("/", "http://localhost").table("data", name);
      const answer = await site.get(`${path}.json?_facet=${encodeURIComponent(name)}&_extra=count`);
      expect([name, answer.status]).toEqual([name, 200]);
      const { rows } = (await answer.json()) as { rows: Record<string, string>[] };
      const html = await (await site.get(path)).text();
      const row = /<tbody>\s*<tr[^>]*>\s*<td[^>]*><a href="([^"]+)"/.exec(html)?.[1];
      expect([name, (await site.get(`${row}.json`)).status]).toEqual([name, 200]);
      expect(rows[0]?.[name]).toBe(`"${name.replaceAll('"', '""')}"`);
    }
  } finally {
    site.close();
  }
});

test("tables called like what is remembered of a database have their own pages", async () => {
  const site = temporarySite(`
    create table kinds (id integer primary key);
    create table names (id integer primary key);
    create table tables (id integer primary key);
    create table t (id integer primary key, kind_id integer references kinds(id));
    insert into kinds values (1);
    insert into t values (1, 1);
  `);
  for (const name of ["kinds", "names", "tables", "t"]) {
    expect((await site.get(`/data/${name}?_labels=on`)).status).toBe(200);
  }
  site.close();
});
