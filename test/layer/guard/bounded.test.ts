import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { openGuarded } from "./guarded.ts";

const plain = new Database(":memory:");
const guarded = openGuarded();
afterAll(() => {
  plain.close();
  guarded.db.close();
});

describe("functions that compare each part of two values", () => {
  test.each([
    `select json_patch('{"a":1,"b":{"c":2}}', '{"a":null,"b":{"d":3}}')`,
    `select json_patch('{"a":1}', null)`,
    `select json_patch('not json', '{}')`,
    `select json_object('x', json_patch('{"a":1}', '{"b":2}'))`,
    `select hex(jsonb_patch('{"a":1}', jsonb('{"b":2}')))`,
    "select hex(unhex('41-42', '-'))",
    "select unhex('41-42', ':')",
    "select unhex(x'3431', '')",
    "select geopoly_overlap('[[0,0],[1,0],[0,1],[0,0]]', '[[0,0],[1,0],[1,1],[0,0]]')",
    "select geopoly_within('[[0,0],[1,0],[0,1],[0,0]]', '[[0,0],[2,0],[0,2],[0,0]]')",
    "select geopoly_overlap(null, 'nothing')",
  ])("answer as SQLite's own do: %s", (sql) => {
    const answers = [plain, guarded.db].map((db) => {
      try {
        return db.prepare(sql).pluck().get();
      } catch (error) {
        return String(error);
      }
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  const long = "replace(printf('%.*c', 500000, '1'), '1', '\"a\":1,')";
  test.each([
    ["json_patch", `'{' || ${long} || '"b":1}', '{' || ${long} || '"b":1}'`],
    ["unhex", "printf('%.*c', 8000000, '-'), printf('%.*c', 8000000, 'x') || '-'"],
  ])("refuse what would take minutes: %s", (name, values) => {
    expect(() => guarded.all(`select length(${name}(${values}))`)).toThrow(
      `the arguments of ${name}() are too long`,
    );
  });
});
