import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeadlineExceeded } from "../../../runtime/core/sqlite/guard.ts";
import { type Guarded, openGuarded } from "./guarded.ts";

let plain: Database.Database;
let guarded: Guarded;

beforeAll(() => {
  plain = new Database(":memory:");
  guarded = openGuarded();
});
afterAll(() => {
  plain.close();
  guarded.db.close();
});

/** Few different characters, so that much is found. */
const text = fc
  .array(fc.constantFrom("a", "b", " ", "é", "日", "😀", "\0", "%"), { maxLength: 10 })
  .map((characters) => characters.join(""));
const bytes = fc
  .array(fc.constantFrom(0x61, 0x62, 0x00, 0x20, 0x80, 0xc3, 0xa9, 0xe6, 0xff), { maxLength: 8 })
  .map((values) => Buffer.from(values));
const value = fc.oneof(text, bytes, fc.constantFrom(null, 12, 1.5, "", "ab"));

const CALLS = [
  "instr(@a, @b)",
  "instr(CAST(@a AS TEXT), CAST(@b AS TEXT))",
  "replace(@a, @b, @c)",
  "trim(@a, @b)",
  "ltrim(@a, @b)",
  "rtrim(@a, @b)",
  "trim(@a)",
  "ltrim(@a)",
  "rtrim(@a)",
];

describe("the guard's instr, replace and trim", () => {
  test.each(CALLS)("give the answers of SQLite's own: %s", (call) => {
    // hex and typeof, because text with a 0 in it does not survive the way to JavaScript.
    const sql = `WITH v(a, b, c) AS (SELECT @a, @b, @c) SELECT typeof(r), hex(r) FROM (SELECT ${call} AS r FROM v)`;
    const [ours, theirs] = [guarded.db.prepare(sql), plain.prepare(sql)];
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(ours.raw().get({ a, b, c })).toEqual(theirs.raw().get({ a, b, c }));
      }),
      { numRuns: 1500 },
    );
  });

  test("find and replace in long values at once", () => {
    const long = "printf('%.*c', 8000000, 'a')";
    const wanted = "printf('%.*c', 4000000, 'a') || 'b'";
    expect(guarded.all(`SELECT instr(${long}, ${wanted}) AS at`)).toEqual([{ at: 0 }]);
    expect(guarded.all(`SELECT length(replace(${long}, ${wanted}, '')) AS l`)).toEqual([
      { l: 8_000_000 },
    ]);
  });

  test("stop trimming when time is up", () => {
    const sql = `SELECT trim(printf('%.*c', 1000000, 'a'), printf('%.*c', 1000000, 'b') || 'a')`;
    expect(() => guarded.guard.run(20, () => guarded.db.prepare(sql).get())).toThrow(
      DeadlineExceeded,
    );
  });

  test("refuse a result that is too big", () => {
    const sql = "SELECT replace(printf('%.*c', 60000, 'a'), 'a', printf('%.*c', 60000, 'b'))";
    expect(() => guarded.all(sql)).toThrow("string or blob too big");
  });
});
