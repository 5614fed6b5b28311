import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OutOfMemory } from "../../../runtime/core/sqlite/guard.ts";
import { type Guarded, openGuarded } from "./guarded.ts";

/** `count` rows to select from. */
const rows = (count: number) =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${count})`;

const columns = (count: number, expression: string) => Array(count).fill(expression).join(", ");

let guarded: Guarded;

beforeEach(() => {
  guarded = openGuarded();
});
afterEach(() => {
  guarded.db.close();
});

function visit(sql: string): unknown[] {
  return guarded.guard.runVisitorSql(
    20_000,
    () => guarded.db.prepare(sql),
    (statement) => statement.all(),
  );
}

const TOO_BIG: [what: string, sql: string][] = [
  ["a gigabyte of zeros", "SELECT zeroblob(1000000000)"],
  ["a gigabyte of noise", "SELECT randomblob(1000000000)"],
  ["a number with a gigabyte of padding", "SELECT printf('%999999999d', 1)"],
  ["a letter repeated", "SELECT printf('%.*c', 999999999, 'x')"],
  ["a value doubled by hex()", "SELECT hex(zeroblob(10000000))"],
  ["a long group_concat()", `${rows(1_000_000)} SELECT group_concat(printf('%100d', x)) FROM n`],
  [
    "a recursion that doubles",
    "WITH RECURSIVE n(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM n) SELECT length(x) FROM n",
  ],
  // One such value would do, but not many in one row: JavaScript makes a copy of each.
  [
    "a row that repeats a value",
    `SELECT ${columns(500, "x")} FROM (SELECT printf('%.*c', 10000000, 'x') AS x)`,
  ],
  ["a row of zeros", `SELECT ${columns(500, "zeroblob(10000000)")}`],
];

/** Each value is within the limit. */
const TOO_MUCH: [what: string, sql: string][] = [
  ["a thousand blobs", `${rows(1000)} SELECT zeroblob(15000000) FROM n`],
  ["a thousand texts", `${rows(1000)} SELECT printf('%.*c', 15000000, 'x') FROM n`],
  [
    "a window that repeats a text",
    `${rows(1000)} SELECT group_concat(x) OVER () FROM (SELECT printf('%1000d', x) AS x FROM n)`,
  ],
];

describe("a visitor's query that asks for too much memory", () => {
  test.each(TOO_BIG)("cannot make one value too big: %s", (_what, sql) => {
    expect(() => visit(sql)).toThrow("string or blob too big");
  });

  test.each(TOO_MUCH)("is stopped when the process grows: %s", (_what, sql) => {
    expect(() => visit(sql)).toThrow(OutOfMemory);
  });

  test("does not affect the next one", () => {
    expect(() => visit(TOO_MUCH[0]![1])).toThrow(OutOfMemory);
    const [row] = visit("SELECT length(zeroblob(15000000)) AS bytes");
    expect(row).toEqual({ bytes: 15_000_000 });
  });

  test("is stopped inside one row, where SQLite does not look for interrupts", () => {
    const copies = Array.from({ length: 120 }, (_, at) => `max(x || ${at}, ''`).join(", ");
    const sql = `SELECT length(${copies}${")".repeat(120)}) FROM (SELECT printf('%.*c', 8000000, 'x') AS x)`;
    expect(() => visit(sql)).toThrow(OutOfMemory);
  });
});

describe("the runtime's own query", () => {
  test("reads values that a visitor's may not", () => {
    const read = () => guarded.db.prepare("SELECT length(hex(zeroblob(30000000)))").pluck().get();
    expect(guarded.guard.run(20_000, read)).toBe(60_000_000);
  });
});
