/** Loading into a database that is there already: replace, append, upsert, and doing it again. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { LoadRules } from "../../../runtime/load/model/rules.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { convertFiles, failure, query } from "./converting.ts";

/** A directory with the database that `sql` makes, and loading of text into its table t. */
function withDatabase(sql: string) {
  const directory = temporaryDirectory();
  const path = join(directory, "out.db");
  const database = new Database(path);
  database.exec(sql);
  database.close();
  const load = (text: string, rules: LoadRules = {}) =>
    convertFiles(directory, { "t.csv": text }, rules);
  return { path, load, rows: (statement = "SELECT * FROM t") => query(path, statement) };
}

const T =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');";

test("the same files give the same bytes, in another place and at another time, too", async () => {
  const files = { "a.csv": "id,v\n1,x\n2,y\n", "b.json": '[{"n":1},{"n":2.5}]' };
  const rules: LoadRules = { primaryKey: ["a.id"], indexes: [["v"]], fullTextSearch: ["v"] };
  const first = await convertFiles(temporaryDirectory(), files, rules);
  const second = await convertFiles(temporaryDirectory(), files, rules);
  expect(readFileSync(second.path).equals(readFileSync(first.path))).toBe(true);
});

test("loading a file again changes neither a byte nor the file's time", async () => {
  const { path, load } = withDatabase("CREATE TABLE other (x); INSERT INTO other VALUES (1)");
  await load("id,v\n1,x\n", { primaryKey: ["id"] });
  const before = [readFileSync(path), statSync(path, { bigint: true }).mtimeNs] as const;
  const { report } = await load("id,v\n1,x\n", { primaryKey: ["id"] });
  expect(report.changed).toBe(false);
  expect(readFileSync(path).equals(before[0])).toBe(true);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(before[1]);
});

test("replace: the table becomes what the file says, other tables, indexes and views stay", async () => {
  const { load, rows } = withDatabase(
    `${T} CREATE INDEX i ON t (v); CREATE VIEW w AS SELECT v FROM t; CREATE TABLE other (x); INSERT INTO other VALUES (7)`,
  );
  const { report } = await load("id,v,more\n3,c,1\n");
  expect(report.changed).toBe(true);
  expect(rows()).toEqual([[3, "c", 1]]);
  expect(rows("SELECT v FROM w")).toEqual([["c"]]);
  expect(rows("SELECT x FROM other")).toEqual([[7]]);
  expect(rows("SELECT name FROM sqlite_schema WHERE type = 'index'")).toEqual([["i"]]);
});

test("append: rows are added, new columns as well, and types keep to those of the table", async () => {
  const { load, rows } = withDatabase(T);
  await load("v,id,more\n007,3,x\n", { mode: "append" });
  expect(rows()).toEqual([
    [1, "a", null],
    [2, "b", null],
    [3, "007", "x"],
  ]);
  expect(await failure(load("id,v\nnone,1\n", { mode: "append" }))).toMatchObject({
    code: "wrong_type",
    line: 2,
  });
  expect(await failure(load("id,v\n4,d\n2,e\n", { mode: "append" }))).toMatchObject({
    code: "duplicate_key",
  });
  expect(rows("SELECT count(*) FROM t")).toEqual([[3]]);
});

test("upsert: rows with the same key are replaced, the last of the file counts, a second time nothing changes", async () => {
  const { load, rows } = withDatabase(T);
  const rules: LoadRules = { mode: "upsert", primaryKey: ["id"] };
  const text = "id,v\n2,B\n3,c\n3,C\n";
  expect((await load(text, rules)).report.changed).toBe(true);
  expect(rows()).toEqual([
    [1, "a"],
    [2, "B"],
    [3, "C"],
  ]);
  expect((await load(text, rules)).report.changed).toBe(false);
  const other = failure(load("id,v\n1,x\n", { mode: "upsert", primaryKey: ["v"] }));
  expect(await other).toMatchObject({ code: "other_key" });
});

test("full-text search finds rows that came later", async () => {
  const { load, rows } = withDatabase("CREATE TABLE other (x)");
  const rules: LoadRules = { fullTextSearch: ["v"] };
  await load("id,v\n1,first words\n", rules);
  await load("id,v\n2,second words\n", { mode: "append" });
  expect(rows("SELECT rowid FROM t_fts WHERE t_fts MATCH 'words'")).toEqual([[1], [2]]);
});

test("an empty key and one that is there twice are errors with their lines", async () => {
  const { load } = withDatabase("CREATE TABLE other (x)");
  const rules = { primaryKey: ["id"] };
  expect(await failure(load("id,v\n1,a\n,b\n", rules))).toMatchObject({ code: "empty_key" });
  expect(await failure(load("id,v\n1,a\n2,b\n1,c\n", rules))).toMatchObject({
    code: "duplicate_key",
    line: 4,
  });
});

test("several files go into one table with --table, by the names of their columns", async () => {
  const directory = temporaryDirectory();
  const files = {
    "jan.csv": "id,v\n1,a\n",
    "feb.csv": "v,id,more\nb,2,x\n",
    "mar.ndjson": '{"id":3,"v":"c"}\n',
  };
  const { path, report } = await convertFiles(directory, files, { table: "all" });
  expect(report.tables).toHaveLength(1);
  expect(query(path, 'SELECT id, v, more FROM "all"')).toEqual([
    [1, "a", null],
    [2, "b", "x"],
    [3, "c", null],
  ]);
});

test("what is no database, and what another program has locked, stays as it is", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "out.db"), "not a database, but something of mine");
  const error = await failure(convertFiles(directory, { "t.csv": "a\n1\n" }));
  expect(error).toMatchObject({ code: "not_a_database" });
  expect(readFileSync(join(directory, "out.db"), "utf8")).toContain("something of mine");
});

test("a reader of the database sees the old table or the new one while it is loaded", async () => {
  const { path, load } = withDatabase(`PRAGMA journal_mode = WAL; ${T}`);
  const reader = new Database(path, { readonly: true });
  reader.exec("BEGIN; SELECT * FROM t");
  const before = reader.prepare("SELECT count(*) FROM t").pluck().get();
  await load("id,v\n1,x\n");
  expect(reader.prepare("SELECT count(*) FROM t").pluck().get()).toBe(before);
  reader.exec("COMMIT");
  expect(reader.prepare("SELECT v FROM t").pluck().all()).toEqual(["x"]);
  reader.close();
});
