/**
 * What the guard costs a statement, and how exactly it keeps a limit.
 *
 *     npm run bench:guard
 */
import Database from "better-sqlite3";
import { DeadlineExceeded } from "../../runtime/core/sqlite/guard.ts";
import { ENDLESS, openGuarded } from "../layer/guard/guarded.ts";

const ROUNDS = 7;
const STATEMENTS = 200_000;
const SET_UP = "CREATE TABLE t(id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (1, 'one')";
const LOOKUP = "SELECT x FROM t WHERE id = 1";

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

/** Microseconds for one call: the median of several rounds. */
function cost(call: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (let i = 0; i < STATEMENTS; i++) call();
    return ((performance.now() - start) * 1000) / STATEMENTS;
  });
  return median(rounds);
}

function benchStatements(): void {
  const bare = new Database(":memory:");
  bare.exec(SET_UP);
  const { db, guard } = openGuarded(SET_UP);
  const [plain, guarded] = [bare.prepare(LOOKUP), db.prepare(LOOKUP)];
  const without = cost(() => plain.get());
  const within = cost(() => guard.run(1000, () => guarded.get()));
  console.log(`one lookup without the guard  ${without.toFixed(2)} µs`);
  console.log(`one lookup in a guarded run   ${within.toFixed(2)} µs`);
  console.log(`the guard                     ${(within - without).toFixed(2)} µs a run`);
  bare.close();
  db.close();
}

/** Milliseconds beyond the limit, for statements that would not end. */
function benchLimit(limitMs: number): void {
  const { db, guard } = openGuarded();
  const endless = db.prepare(ENDLESS);
  const overshoots = Array.from({ length: 25 }, () => {
    const start = performance.now();
    try {
      guard.run(limitMs, () => endless.get());
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
    }
    return performance.now() - start - limitMs;
  });
  const worst = Math.max(...overshoots).toFixed(2);
  const limit = `${limitMs} ms`.padStart(6);
  console.log(`limit ${limit}: over by ${median(overshoots).toFixed(2)} ms, at worst ${worst} ms`);
  db.close();
}

benchStatements();
for (const limitMs of [20, 50, 200]) benchLimit(limitMs);
