import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { DeadlineExceeded } from "../../../runtime/core/sqlite/guard.ts";
import { openGuarded } from "./guarded.ts";

const plain = new Database(":memory:");
const guarded = openGuarded();
afterAll(() => {
  plain.close();
  guarded.db.close();
});

/** What SQLite itself and the guarded connection answer. */
function both(sql: string, ...values: unknown[]): unknown[] {
  return [plain, guarded.db].map((db) => {
    try {
      return db
        .prepare(sql)
        .pluck()
        .get(...values);
    } catch (error) {
      return String(error);
    }
  });
}

const piece = fc.constantFrom(
  ..."aAbBzZ%_*?[]^-\\!é😀ÉK ".split(/(?:)/u),
  "\u{fffd}",
  "[a-c]",
  "[^b]",
  "%a",
  "*b",
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const value = fc.oneof(
  { weight: 8, arbitrary: text },
  fc.constantFrom(null, 1, 1.5, -7, "", Buffer.from("ab"), "a\0b"),
);

describe("LIKE and GLOB", () => {
  test("answer as SQLite's own do", () => {
    fc.assert(
      fc.property(
        value,
        value,
        fc.constantFrom("\\", "%", "_", "!", "é", "", "ab", null),
        (x, y, mark) => {
          for (const [sql, ...values] of [
            ["select ? like ?", x, y],
            ["select ? glob ?", x, y],
            ["select ? like ? escape ?", x, y, mark],
            ["select ? not like ?", x, y],
          ] as [string, ...unknown[]][]) {
            const [expected, found] = both(sql, ...values);
            expect([sql, values, found]).toEqual([sql, values, expected]);
          }
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ["a long pattern", `like '%${"a".repeat(900)}b%'`],
    ["many wildcards", `like '${"%a".repeat(400)}b'`],
    ["a long pattern in GLOB", `glob '*${"a".repeat(900)}b*'`],
    ["a class of many letters", `glob '*[${"bcdefghi".repeat(110)}]*'`],
    ["many classes", `glob '*${"[!-z]".repeat(190)}A*'`],
  ])("stop in time: %s on a long value", (_, condition) => {
    const sql = `select x ${condition} from (select printf('%.*c', 60000000, 'a') as x)`;
    const run = () => guarded.guard.run(20, () => guarded.db.prepare(sql).get());
    expect(run).toThrow(DeadlineExceeded);
    expect(guarded.all("select 'abc' like 'A%' as found")).toEqual([{ found: 1 }]);
  });
});
