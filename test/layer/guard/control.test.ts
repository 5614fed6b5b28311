import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { loadGuard } from "../../../runtime/core/sqlite/guard.ts";
import { guardFile } from "../../../src/paths.ts";
import { ENDLESS, openGuarded } from "./guarded.ts";

const VERBS = ["'disarm'", "'arm', 100000", "'length', 1000000000", "'lock', 0", "'reason'"];

describe("the guard's control function", () => {
  test("hands out its token once, to the runtime", () => {
    const { db, all } = openGuarded();
    expect(() => all("SELECT dsl_guard()")).toThrow("not authorized");
    db.close();
  });

  test.each(VERBS)("does not answer to SQL that does not know the token: %s", (verb) => {
    const { db, all } = openGuarded();
    for (const token of ["NULL", "''", "x''", "zeroblob(16)", "randomblob(16)", "1", "hex(1)"]) {
      expect(() => all(`SELECT dsl_guard(${token}, ${verb})`)).toThrow("not authorized");
    }
    db.close();
  });

  test("cannot be reached from the schema of the served database", () => {
    const { db, all } = openGuarded(`
      CREATE TABLE t(x);
      CREATE VIEW direct AS SELECT dsl_guard(x'00', 'disarm') AS y;
      CREATE VIEW nested AS SELECT (SELECT dsl_guard(x'00', 'disarm') FROM t) AS y;
      CREATE INDEX i ON t(x) WHERE x IS NOT NULL;
    `);
    expect(() => all("SELECT * FROM direct")).toThrow("unsafe use of dsl_guard()");
    expect(() => all("SELECT * FROM nested")).toThrow("unsafe use of dsl_guard()");
    db.close();
  });

  test("stays in force when a visitor calls it in a statement of a run", () => {
    const { db, guard } = openGuarded();
    const guess = "SELECT coalesce(dsl_guard(zeroblob(16), 'disarm'), 1)";
    const run = () =>
      guard.run(20, () => {
        try {
          db.prepare(guess).get();
        } catch {
          // Refused; the clock goes on.
        }
        return db.prepare(ENDLESS).get();
      });
    expect(run).toThrow("The time limit is 20 ms");
    db.close();
  });

  test("lets the runtime do anything before the lock", () => {
    const db = new Database(":memory:");
    const guard = loadGuard(db, guardFile());
    db.exec("CREATE TABLE t(x); INSERT INTO t VALUES (1); ATTACH ':memory:' AS other");
    db.function("twice", (x) => Number(x) * 2);
    guard.lock();
    expect(guard.run(60_000, () => db.prepare("SELECT twice(x) FROM t").pluck().get())).toBe(2);
    db.close();
  });

  test("keeps working when functions are registered later", () => {
    const { db, guard } = openGuarded();
    db.aggregate("total_of", { start: 0, step: (sum: number, x: number) => sum + x });
    db.function("lower", (text) => text);
    expect(() => guard.run(20, () => db.prepare(ENDLESS).get())).toThrow("time limit");
    db.close();
  });
});
