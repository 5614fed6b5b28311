import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import { guardFile } from "../../../../src/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
const file = join(folder, "texts.db");
const database = new Database(file);
database.exec("create table texts(id integer primary key, text)");
const insert = database.prepare("insert into texts(text) values (?)");
for (const length of [10, 2_000, 5_000, 60_000, 20]) insert.run("x".repeat(length));
database.close();

const connection = new Connection(file, { guardFile: guardFile() });
afterAll(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

/** With 64 KiB for 2 × 2 values each may have some 16,000 bytes when rows are read at once. */
const limits = { timeLimit: 1000, maxBytes: 65_536 };

function lengths(where: string, rowsAtMost?: number): unknown[] {
  const sql = `select id, text from texts where ${where} order by id limit 2`;
  const { rows, truncated } = connection.query(sql, {}, { ...limits, rowsAtMost });
  return [...rows.map(([, text]) => String(text).length), truncated];
}

test.each(["id < 3", "id = 3", "id in (3, 4)", "id in (4, 5)", "id = 4", "id > 9"])(
  "the rows where %s are the same whether their number is known or not",
  (where) => {
    const oneByOne = lengths(where);
    expect(lengths(where, 2)).toEqual(oneByOne);
    expect(lengths(where, 2)).toEqual(oneByOne);
  },
);

test("the next statement may read longer values again", () => {
  expect(lengths("id = 4", 2)).toEqual([60_000, false]);
  expect(connection.value("select length(text || text) from texts where id = 4", {}, limits)).toBe(
    120_000n,
  );
});
