import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeadlineExceeded, loadGuard } from "../../../runtime/core/sqlite/guard.ts";
import { guardFile } from "../../../src/paths.ts";
import { ENDLESS, type Guarded, openGuarded } from "./guarded.ts";

let guarded: Guarded;

beforeEach(() => {
  guarded = openGuarded("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (3)");
});
afterEach(() => {
  guarded.db.close();
});

function sum(): unknown {
  return guarded.db.prepare("SELECT sum(x) FROM t").pluck().get();
}

describe("a run with a deadline", () => {
  test("stops a statement that would not end, and says what the limit was", () => {
    const run = () => guarded.guard.run(20, () => guarded.db.prepare(ENDLESS).get());
    expect(run).toThrow(DeadlineExceeded);
    expect(run).toThrow(expect.objectContaining({ limitMs: 20 }));
  });

  test("leaves the next statement alone, inside and outside of a run", () => {
    for (let i = 0; i < 50; i++) {
      expect(() => guarded.guard.run(1, () => guarded.db.prepare(ENDLESS).get())).toThrow(
        DeadlineExceeded,
      );
      expect(sum()).toBe(6);
      expect(guarded.guard.run(60_000, sum)).toBe(6);
    }
  });

  test("returns what finished in time", () => {
    expect(guarded.guard.run(60_000, sum)).toBe(6);
  });

  test("passes on the errors of the statement itself", () => {
    expect(() => guarded.all("SELECT nonsense FROM nowhere")).toThrow("no such table: nowhere");
  });

  test("covers all statements of the run together", () => {
    let finished = 0;
    const endlessly = () => {
      for (;;) {
        sum();
        finished++;
      }
    };
    // A statement that always finishes quickly is never seen running when time is up, so this
    // shows that the guard insists.
    expect(() => guarded.guard.run(30, endlessly)).toThrow(DeadlineExceeded);
    expect(finished).toBeGreaterThan(0);
  });

  test("stops a statement that starts when time is already up", () => {
    const late = () => {
      const until = performance.now() + 30;
      while (performance.now() < until);
      return guarded.db.prepare(ENDLESS).get();
    };
    expect(() => guarded.guard.run(5, late)).toThrow(DeadlineExceeded);
  });

  test("stops a statement that is read row by row", () => {
    const rows = () => {
      const endless =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT * FROM n";
      for (const _ of guarded.db.prepare(endless).iterate());
    };
    expect(() => guarded.guard.run(20, rows)).toThrow(DeadlineExceeded);
    expect(sum()).toBe(6);
  });

  test("stops a long expression, where SQLite does not look for interrupts", () => {
    const copies = Array.from({ length: 450 }, (_, at) => `length(x || ${at})`).join(" + ");
    const sql = `SELECT ${copies} FROM (SELECT printf('%.*c', 20000000, 'x') AS x)`;
    expect(() => guarded.guard.run(20, () => guarded.db.prepare(sql).get())).toThrow(
      DeadlineExceeded,
    );
    expect(guarded.all("SELECT length(zeroblob(60000000)) AS bytes")).toEqual([{ bytes: 6e7 }]);
  });

  test("stops a statement while it is prepared, which the next one does not notice", () => {
    const first = `select ${Array.from({ length: 1900 }, (_, at) => `${at} as c${at}`).join(",")}`;
    let sql = `with t0 as (${first})`;
    for (let at = 1; at < 8; at++) {
      sql += `, t${at} as (select * from t${at - 1} union all select * from t${at - 1})`;
    }
    const run = () => guarded.guard.run(5, () => guarded.db.prepare(`${sql} select * from t7`));
    expect(run).toThrow(DeadlineExceeded);
    expect(guarded.guard.run(60_000, sum)).toBe(6);
  });

  test("is exact about which statement it stops when time is up just as one ends", () => {
    const count = guarded.db.prepare(
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ?) SELECT count(*) FROM n",
    );
    const outcomes = { finished: 0, stopped: 0 };
    for (let i = 0; i < 400; i++) {
      const rows = 2000 + ((i * 7919) % 20_000);
      try {
        const found = guarded.guard.run(2, () => count.pluck().get(rows));
        expect(found).toBe(rows);
        outcomes.finished++;
      } catch (error) {
        expect(error).toBeInstanceOf(DeadlineExceeded);
        outcomes.stopped++;
      }
      expect(sum()).toBe(6);
    }
    expect(outcomes.finished + outcomes.stopped).toBe(400);
  });
});

describe("an interrupt that arrives just when a run is being ended", () => {
  /** The guard insists every millisecond; that one hits its own statement is one case in 30,000. */
  function interruptEveryEnd(db: Database.Database): void {
    const prepare = db.prepare.bind(db);
    vi.spyOn(db, "prepare").mockImplementation((sql: string) => {
      const statement = prepare(sql);
      if (!sql.includes("'disarm'")) return statement;
      const get = statement.get.bind(statement);
      let interrupts = 0;
      statement.get = (...values) => {
        const code = ["SQLITE_INTERRUPT", "SQLITE_NOMEM", null][interrupts++ % 3];
        if (code) throw new Database.SqliteError("stopped", code);
        return get(...values);
      };
      return statement;
    });
  }

  test("neither hides the outcome nor leaves the deadline in force", () => {
    const db = new Database(":memory:");
    interruptEveryEnd(db);
    const guard = loadGuard(db, guardFile());
    guard.lock();
    const endless = db.prepare(ENDLESS);
    const one = db.prepare("SELECT 1").pluck();

    expect(() => guard.run(1, () => endless.get())).toThrow(DeadlineExceeded);
    expect(guard.run(30, () => one.get())).toBe(1);
    const until = performance.now() + 60;
    while (performance.now() < until) expect(one.get()).toBe(1);
    db.close();
  });
});
