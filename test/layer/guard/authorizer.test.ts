import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NotAllowed } from "../../../runtime/core/sqlite/guard.ts";
import { type Guarded, openGuarded } from "./guarded.ts";

const SCHEMA = `
  CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT);
  INSERT INTO t VALUES (1, 'one'), (2, 'two');
  CREATE VIEW v AS SELECT x FROM t;
  CREATE TABLE plain_node(x);
  CREATE VIEW columns AS
    SELECT c.name FROM sqlite_master, pragma_table_info(sqlite_master.name) AS c
    WHERE sqlite_master.name = 't';
  CREATE VIEW found AS SELECT highlight(search, 0, '<', '>') AS h FROM search('two');
  CREATE VIEW loader AS SELECT load_extension('evil') AS x;
  CREATE VIRTUAL TABLE search USING fts5(x, content='t', content_rowid='id');
  INSERT INTO search(search) VALUES ('rebuild');
  CREATE VIRTUAL TABLE old_search USING fts4(x);
  INSERT INTO old_search VALUES ('one');
  CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, +label);
  INSERT INTO boxes VALUES (1, 0, 10, 'ten');
  CREATE VIRTUAL TABLE shapes USING geopoly(name);
  INSERT INTO shapes(_shape, name) VALUES ('[[0,0],[1,0],[0,1],[0,0]]', 'triangle');
`;

let folder: string;
let guarded: Guarded;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-guard-"));
  // Written by another connection, so that the guarded one meets the virtual tables after its lock.
  const path = join(folder, "shop.db");
  const writer = new Database(path);
  writer.exec(SCHEMA);
  writer.close();
  guarded = openGuarded("", path);
});
afterAll(() => {
  guarded.db.close();
  rmSync(folder, { recursive: true, force: true });
});

const REFUSED: [sql: string, reason: string][] = [
  ["ATTACH 'other.db' AS other", "ATTACH is not allowed"],
  ["ATTACH ':memory:' AS other", "ATTACH is not allowed"],
  ["DETACH main", "DETACH is not allowed"],
  ["VACUUM INTO 'copy.db'", "ATTACH is not allowed"],
  ["INSERT INTO t VALUES (3, 'three')", "INSERT is not allowed"],
  ["REPLACE INTO t VALUES (1, 'uno')", "INSERT is not allowed"],
  ["UPDATE t SET x = 'uno'", "UPDATE is not allowed"],
  ["DELETE FROM t", "DELETE is not allowed"],
  ["WITH gone AS (SELECT 1) DELETE FROM t WHERE id IN gone", "DELETE is not allowed"],
  ["INSERT INTO search(search) VALUES ('optimize')", "INSERT is not allowed"],
  ["INSERT INTO boxes VALUES (2, 0, 1, 'one')", "INSERT is not allowed"],
  ["CREATE TABLE n(x)", "Changing the schema is not allowed"],
  ["CREATE TEMP TABLE n(x)", "Changing the schema is not allowed"],
  ["CREATE TEMP VIEW n AS SELECT 1", "Changing the schema is not allowed"],
  ["CREATE VIEW n AS SELECT 1", "Changing the schema is not allowed"],
  ["CREATE INDEX n ON t(x)", "Changing the schema is not allowed"],
  ["CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT 1; END", "Changing the schema is not allowed"],
  ["CREATE VIRTUAL TABLE n USING fts5(x)", "Changing the schema is not allowed"],
  ["DROP TABLE t", "Changing the schema is not allowed"],
  ["DROP VIEW v", "Changing the schema is not allowed"],
  ["ALTER TABLE t ADD COLUMN y", "Changing the schema is not allowed"],
  ["ALTER TABLE t RENAME TO u", "Changing the schema is not allowed"],
  ["REINDEX", "REINDEX is not allowed"],
  ["ANALYZE", "ANALYZE is not allowed"],
  ["BEGIN", "A transaction is not allowed"],
  ["COMMIT", "A transaction is not allowed"],
  ["SAVEPOINT s", "SAVEPOINT is not allowed"],
  ["SELECT load_extension('evil')", "Function load_extension is not allowed"],
  ["SELECT x FROM t WHERE load_extension(x) IS NULL", "Function load_extension is not allowed"],
  ["SELECT fts3_tokenizer('simple')", "Function fts3_tokenizer is not allowed"],
  ["SELECT optimize(old_search) FROM old_search", "Function optimize is not allowed"],
  ["PRAGMA query_only = 0", "PRAGMA query_only is not allowed"],
  ["PRAGMA query_only", "PRAGMA query_only is not allowed"],
  ["PRAGMA writable_schema = 1", "PRAGMA writable_schema is not allowed"],
  ["PRAGMA journal_mode = wal", "PRAGMA journal_mode is not allowed"],
  ["PRAGMA temp_store_directory = '/'", "PRAGMA temp_store_directory is not allowed"],
  ["PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint is not allowed"],
  ["PRAGMA mmap_size = 1", "PRAGMA mmap_size is not allowed"],
  ["PRAGMA hard_heap_limit = 1", "PRAGMA hard_heap_limit is not allowed"],
  ["PRAGMA quick_check", "PRAGMA quick_check is not allowed"],
  ["PRAGMA schema_version = 5", "PRAGMA schema_version is not allowed"],
  ["PRAGMA page_size = 512", "PRAGMA page_size is not allowed"],
  ["PRAGMA max_page_count = 1", "PRAGMA max_page_count is not allowed"],
  ["SELECT * FROM pragma_quick_check", "PRAGMA quick_check is not allowed"],
  ["SELECT * FROM pragma_query_only", "PRAGMA query_only is not allowed"],
];

const ALLOWED: [sql: string, firstRow: unknown][] = [
  ["SELECT x FROM v ORDER BY x", { x: "one" }],
  [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT max(i) AS m FROM n",
    { m: 3 },
  ],
  ["SELECT count(*) OVER () AS c FROM t", { c: 2 }],
  ["EXPLAIN QUERY PLAN SELECT * FROM t", expect.objectContaining({ detail: "SCAN t" })],
  ["EXPLAIN SELECT * FROM t", expect.objectContaining({ opcode: "Init" })],
  ["SELECT value FROM json_each('[7]')", { value: 7 }],
  ["SELECT name FROM sqlite_master WHERE name = 't'", { name: "t" }],
  ["SELECT rowid FROM search WHERE search MATCH 'two'", { rowid: 2 }],
  ["SELECT snippet(search, 0, '<', '>', '', 5) AS s FROM search('one')", { s: "<one>" }],
  ["SELECT snippet(old_search, '<', '>') AS s FROM old_search WHERE x MATCH 'one'", { s: "<one>" }],
  ["SELECT label FROM boxes WHERE x0 <= 5 AND x1 >= 5", { label: "ten" }],
  [
    "SELECT name FROM shapes WHERE geopoly_overlap(_shape, '[[0,0],[1,0],[1,1],[0,0]]')",
    { name: "triangle" },
  ],
  ["SELECT name FROM pragma_table_info('t') WHERE pk", { name: "id" }],
  ["SELECT name FROM pragma_table_xinfo('t') WHERE pk", { name: "id" }],
  ["SELECT count(*) AS c FROM pragma_foreign_key_list('t')", { c: 0 }],
  ["SELECT count(*) AS c FROM pragma_index_list('t')", { c: 0 }],
  ["SELECT count(*) > 0 AS c FROM pragma_function_list", { c: 1 }],
  ["SELECT name FROM pragma_database_list", { name: "main" }],
  ["SELECT page_size FROM pragma_page_size", { page_size: 4096 }],
  ["SELECT schema_version > 0 AS c FROM pragma_schema_version", { c: 1 }],
  ["SELECT count(*) AS c FROM pragma_table_list WHERE name = 't'", { c: 1 }],
  ["SELECT * FROM columns", { name: "id" }],
  ["SELECT * FROM found", { h: "<two>" }],
  ["PRAGMA table_info(t)", expect.objectContaining({ name: "id" })],
  ["PRAGMA schema_version", expect.objectContaining({ schema_version: expect.any(Number) })],
  ["SELECT printf('%05d', 42) AS p, replace('a-b', '-', '+') AS r", { p: "00042", r: "a+b" }],
];

describe("a locked connection", () => {
  test.each(REFUSED)("refuses %s", (sql, reason) => {
    expect(() => guarded.all(sql)).toThrow(new NotAllowed(reason));
    expect(guarded.all("SELECT count(*) AS c FROM t")).toEqual([{ c: 2 }]);
  });

  test.each(ALLOWED)("allows %s", (sql, firstRow) => {
    expect(guarded.all(sql)[0]).toEqual(firstRow);
  });

  test("keeps even the tables that an R-Tree may prepare to write", () => {
    expect(() => guarded.all("INSERT INTO plain_node VALUES (1)")).toThrow(/readonly/);
    expect(() => guarded.all("DELETE FROM boxes_node")).toThrow(/may not be modified/);
    expect(guarded.all("SELECT count(*) AS c FROM boxes_node")).toEqual([{ c: 1 }]);
  });

  test("does not load code for a view of the published database either", () => {
    expect(() => guarded.all("SELECT * FROM loader")).toThrow("unsafe use of load_extension()");
  });

  test("leaves no file behind", () => {
    expect(readdirSync(folder)).toEqual(["shop.db"]);
  });

  test("was attached to its other databases before it was locked", () => {
    const other = join(folder, "shop.db");
    const crossed = openGuarded(`ATTACH '${other}' AS shop`);
    expect(crossed.all("SELECT x FROM shop.t WHERE id = 2")).toEqual([{ x: "two" }]);
    expect(() => crossed.all("DETACH shop")).toThrow(new NotAllowed("DETACH is not allowed"));
    crossed.db.close();
  });

  test("reads an unknown double-quoted name as a string, as Datasette's SQLite does", () => {
    expect(guarded.all('SELECT "nope" AS s FROM t WHERE "nope" = \'nope\' LIMIT 1')).toEqual([
      { s: "nope" },
    ]);
  });

  test("does not load another extension, even when the program asks", () => {
    expect(() => guarded.db.loadExtension("evil")).toThrow("not authorized");
  });
});
