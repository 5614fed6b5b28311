import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { findDatabases, watchedFiles } from "../../../src/watch/watched-files.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

function make(path: string): string {
  new Database(path).exec("create table t (x)").close();
  return path;
}

test("of a directory each database is found once, whatever links lead to it", async () => {
  const folder = temporaryDirectory();
  const data = join(folder, "data");
  mkdirSync(data);
  const shop = make(join(folder, "shop.db"));
  make(join(data, "orders.sqlite"));
  symlinkSync(shop, join(data, "again.db"));
  symlinkSync(join(data, "orders.sqlite"), join(data, "zebra.db"));
  writeFileSync(join(data, "notes.db"), "no database");
  const files = await watchedFiles({ databases: [shop, data], alias: [] }, "");
  const clashes: string[] = [];
  const found = await findDatabases(files, new Set(), (path) => clashes.push(path));
  expect(found.map(({ name }) => name)).toEqual(["shop", "orders"]);
  expect(clashes).toEqual([]);
});

test("a file that is named twice under two names is refused: closing it once would drop the locks of the other", async () => {
  const folder = temporaryDirectory();
  const shop = make(join(folder, "shop.db"));
  symlinkSync(shop, join(folder, "store.db"));
  const twice = [
    { databases: [shop, join(folder, "store.db")], alias: [] },
    { databases: [], alias: [`a=${shop}`, `b=${shop}`] },
  ];
  for (const databases of twice) {
    await expect(watchedFiles(databases, "")).rejects.toMatchObject({ code: "same_file" });
  }
});
