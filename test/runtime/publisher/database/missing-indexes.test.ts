import { hash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import {
  addIndexes,
  findMissingIndexes,
} from "../../../../runtime/publisher/database/missing-indexes.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";

function make(sql: string): string {
  const path = join(temporaryDirectory(), "shop.db");
  const database = new Database(path);
  database.pragma("foreign_keys = off");
  database.exec(sql);
  database.close();
  return path;
}

const numbers = (rows: number) =>
  `with recursive counter(i) as (select 1 union all select i + 1 from counter where i < ${rows})`;

const SHOP = `
  create table customer (id integer primary key, name text);
  create table sale (
    id integer primary key, day text, region text, weight real, note text,
    customer integer references customer (id), agent integer references customer (id)
  );
  create index sale_agent on sale (agent, day);
  create index heavy on sale (region) where weight > 9;
  ${numbers(1000)}
  insert into sale select i, i % 31, 'r' || (i * 7919 % 50), i % 10, hex(randomblob(40)), i % 77, i % 5 from counter;
`;
const facetsOf = (table: string) => (table === "sale" ? ["region", "gone", "id"] : []);

test("foreign keys and facets of large tables that no index begins with are missing one", () => {
  expect(findMissingIndexes(make(SHOP), facetsOf, 500)).toEqual([
    { table: "sale", column: "region", use: "facet" },
    { table: "sale", column: "customer", use: "foreign key" },
  ]);
});

test("tables that are not large need none", () => {
  const path = make(SHOP);
  expect(findMissingIndexes(path, facetsOf, 1000)).toEqual([]);
  expect(findMissingIndexes(path, facetsOf, 999)).toHaveLength(2);
});

test("views, virtual tables and their shadows are left alone", () => {
  const path = make(`${SHOP}
    create view sales as select * from sale;
    create virtual table sale_fts using fts5 (note, content="sale", content_rowid="id");
    insert into sale_fts (sale_fts) values ('rebuild');
  `);
  const found = findMissingIndexes(path, () => ["note", "region", "block", "c0"], 10);
  expect([...new Set(found.map(({ table }) => table))]).toEqual(["sale"]);
});

test("added, they are used, have free names, and nothing is missing any more", () => {
  const path = make(`${SHOP} create table "sale_region" (odd text);`);
  addIndexes(path, findMissingIndexes(path, facetsOf, 500));
  expect(findMissingIndexes(path, facetsOf, 500)).toEqual([]);
  const database = new Database(path, { readonly: true });
  const plan = database.prepare("explain query plan select * from sale where region = 'r1'").all();
  expect(plan).toMatchObject([{ detail: "SEARCH sale USING INDEX sale_region_2 (region=?)" }]);
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  database.close();
});

test("names of tables and columns may be anything", () => {
  const path = make(`
    create table customer (id integer primary key);
    create table "a ""b"" [c]" ("x y" integer references customer (id), n);
    insert into "a ""b"" [c]" values (1, 1), (2, 2);
  `);
  const missing = findMissingIndexes(path, () => [], 1);
  addIndexes(path, missing);
  expect(missing).toMatchObject([{ table: 'a "b" [c]', column: "x y" }]);
  expect(findMissingIndexes(path, () => [], 1)).toEqual([]);
});

test("the same database gets the same bytes, a changed one keeps the blocks of what did not change", () => {
  const path = make(SHOP);
  const copies = ["one", "two", "changed"].map((name) => join(temporaryDirectory(), name));
  for (const copy of copies) copyFileSync(path, copy);
  const changed = new Database(copies[2]!);
  changed.exec("update sale set note = 'x' where id between 500 and 510");
  changed.close();
  for (const copy of copies) addIndexes(copy, findMissingIndexes(copy, facetsOf, 500));
  const [one, two, other] = copies.map((copy) => pagesOf(copy));
  expect(two).toEqual(one);
  expect(other!.filter((page) => !one!.includes(page)).length).toBeLessThan(6);
});

function pagesOf(path: string): string[] {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / 4096 }, (_, i) =>
    hash("sha256", bytes.subarray(i * 4096, (i + 1) * 4096)),
  );
}
