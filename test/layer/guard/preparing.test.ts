/** Statements that grow while SQLite prepares them, where it asks nobody whether it may go on. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DeadlineExceeded, OutOfMemory } from "../../../runtime/core/sqlite/guard.ts";
import { type Guarded, openGuarded } from "./guarded.ts";

let guarded: Guarded;

beforeEach(() => {
  guarded = openGuarded("CREATE TABLE t(v, a); INSERT INTO t VALUES (1, 2)");
});
afterEach(() => guarded.db.close());

const times = (count: number, text: string) => Array(count).fill(text).join(", ");

/** Each of so many subqueries repeats the column of the one in it: 2^levels copies. */
function nested(levels: number): string {
  let sql = "select v as x0 from t";
  for (let level = 1; level <= levels; level++) {
    sql = `select x${level - 1} + x${level - 1} as x${level} from (${sql})`;
  }
  return sql;
}

/** Each reads the one before twice, and has 1,900 columns. */
function doubled(levels: number): string {
  let sql = `with t0 as (select ${Array.from({ length: 1900 }, (_, at) => at).join(",")})`;
  for (let level = 1; level <= levels; level++) {
    sql += `, t${level} as (select * from t${level - 1} union all select * from t${level - 1})`;
  }
  return sql;
}

const sums = (name: string) =>
  Array(25)
    .fill(`max(${times(120, name)})`)
    .join(" + ");

const GROWING = {
  "subqueries that repeat each other's column": nested(40),
  "a name for an expression, repeated as often as the expression repeats a column": `select ${sums("a")} as x from t where ${sums("x")} > 1`,
  "a column that is grouped by many times": `select ${sums("a")} as x from t group by ${times(1900, "1")}`,
  "wide common table expressions that double each other": `${doubled(7)} select 1 from t7`,
};

test.each(Object.entries(GROWING))(
  "%s: the run ends, and the next one is as ever",
  (_name, sql) => {
    let error: unknown;
    try {
      guarded.guard.runVisitorSql(
        20,
        () => guarded.db.prepare(sql),
        () => {},
      );
    } catch (thrown) {
      error = thrown;
    }
    expect(error instanceof DeadlineExceeded || error instanceof OutOfMemory).toBe(true);
    expect(guarded.all("select v + a as sum from t")).toEqual([{ sum: 3 }]);
  },
);

test("a statement has an end to its memory while it is prepared, long before its time is up", () => {
  const before = process.resourceUsage().maxRSS;
  const prepare = () =>
    guarded.guard.runVisitorSql(
      100_000,
      () => guarded.db.prepare(nested(40)),
      () => {},
    );
  expect(prepare).toThrow(OutOfMemory);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(80);
});

test("what repeats itself a little is prepared", () => {
  expect(guarded.all(nested(10))).toEqual([{ x10: 1024 }]);
});

test("between two such statements other connections have all the memory they want", () => {
  const other = openGuarded(
    "CREATE TABLE u(w); INSERT INTO u VALUES (printf('%.*c', 1000000, 'x'))",
  );
  for (let round = 0; round < 20; round++) {
    expect(() => guarded.guard.run(1, () => guarded.db.prepare(nested(40)))).toThrow();
    expect(other.all("select length(w || w) as bytes from u")).toEqual([{ bytes: 2e6 }]);
  }
  other.db.close();
});
