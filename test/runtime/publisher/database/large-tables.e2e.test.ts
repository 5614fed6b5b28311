import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { prepareDatabases } from "../../../../runtime/publisher/database/prepare.ts";
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

test("publishing says which are missing, or adds them to the copy; the file stays as it is", async () => {
  const path = make(`
    pragma journal_mode = off;
    create table customer (id integer primary key);
    create table sale (id integer primary key, customer integer references customer (id));
    ${numbers(1_000_001)} insert into sale select i, i % 1000 from counter;
  `);
  const before = hash("sha256", readFileSync(path));
  const prepare = async (add: boolean) =>
    prepareDatabases([{ name: "shop", path }], {
      directory: temporaryDirectory(),
      software: "1.0.0",
      published: null,
      keepFreeSpace: false,
      indexes: { add, facetsOf: () => [] },
    });
  const looked = await prepare(false);
  expect(looked).toMatchObject({
    notes: [],
    warnings: [
      "shop has columns without an index in tables of more than a million rows: " +
        "sale.customer (a foreign key). Pages that look rows up by them take long or are cut " +
        "short; --add-indexes adds indexes to the copy that is published",
    ],
  });
  const added = await prepare(true);
  expect(added).toMatchObject({
    notes: [
      "The published copy of shop has an index that the file has not: sale.customer (a foreign key)",
    ],
    warnings: [],
  });
  expect(added.databases[0]!.sha256).not.toBe(looked.databases[0]!.sha256);
  expect((await prepare(true)).databases[0]!.sha256).toBe(added.databases[0]!.sha256);
  expect(hash("sha256", readFileSync(path))).toBe(before);
});
