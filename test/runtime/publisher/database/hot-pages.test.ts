import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { encodeBlockIndex, parseBlockIndex } from "../../../../runtime/core/format/block-index.ts";
import { findHotPages } from "../../../../runtime/publisher/database/hot-pages.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";

function makeDatabase(tables: number, rows: number, pageSize = 4096): string {
  const path = join(temporaryDirectory(), "shop.db");
  const database = new Database(path);
  database.pragma(`page_size = ${pageSize}`);
  for (let table = 0; table < tables; table++) {
    database.exec(`
      create table t${table} (id integer primary key, text text);
      with recursive c(i) as (select 1 union all select i + 1 from c where i < ${rows})
        insert into t${table} select i, hex(randomblob(100)) from c;
      create index i${table} on t${table} (text);
    `);
  }
  database.exec("analyze");
  database.close();
  return path;
}

test("the schema, roots and first rows of a database are among them, as they are in the file", () => {
  const path = makeDatabase(2, 5_000);
  const hot = findHotPages(path)!;
  const file = readFileSync(path);
  expect(hot.pageSize).toBe(4096);
  hot.numbers.forEach((page, i) => {
    const bytes = hot.bytes.subarray(i * 4096, (i + 1) * 4096);
    expect(file.subarray(page * 4096, (page + 1) * 4096).equals(bytes)).toBe(true);
  });
  expect(hot.numbers).toEqual(expect.arrayContaining([0, ...rootsOf(path)]));
  expect(hot.numbers).toEqual(expect.arrayContaining(firstRowsOf(path)));
});

test("a database with more upper levels than there is room for has its first rows among them, too", () => {
  const path = makeDatabase(1, 60_000, 512);
  const hot = findHotPages(path)!;
  expect(hot.bytes.length).toBe(512 * 1024);
  expect(hot.numbers).toEqual(expect.arrayContaining([0, ...rootsOf(path)]));
  expect(hot.numbers).toEqual(expect.arrayContaining(firstRowsOf(path)));
});

function rootsOf(path: string): number[] {
  return pagesFrom(path, "select rootpage from sqlite_schema where rootpage > 0");
}

/** Those of `t0`. */
function firstRowsOf(path: string): number[] {
  return pagesFrom(
    path,
    "select pageno from dbstat where name = 't0' and pagetype = 'leaf' order by path limit 12",
  );
}

function pagesFrom(path: string, sql: string): number[] {
  const database = new Database(path, { readonly: true });
  const pages = database.prepare<[], number>(sql).pluck().all();
  database.close();
  return pages.map((page) => page - 1);
}

test("there are never more than half a megabyte of them, whatever is in the database", () => {
  const hot = findHotPages(makeDatabase(60, 200))!;
  expect(hot.bytes.length).toBe(512 * 1024);
  expect(hot.numbers).toEqual([...hot.numbers].sort((a, b) => a - b));
});

test("an index gives back what was written, and one that was cut or mixed up is refused", () => {
  const hot = findHotPages(makeDatabase(1, 10))!;
  const blocks = ["a".repeat(64), "0123456789abcdef".repeat(4)];
  const index = { blockSize: 1_000_000, size: 1_500_000, blocks, hot };
  const bytes = encodeBlockIndex(index);
  expect(parseBlockIndex(bytes)).toMatchObject({ ...index, hot: { numbers: hot.numbers } });
  expect(() => parseBlockIndex(bytes.subarray(0, -1))).toThrow("which is not what it says");
  expect(() => parseBlockIndex(bytes.subarray(0, 20))).toThrow("ends early");
  const swapped = { ...hot, numbers: [...hot.numbers].reverse() };
  const wrong = encodeBlockIndex({ ...index, hot: swapped });
  expect(() => parseBlockIndex(wrong)).toThrow("out of order");
});
