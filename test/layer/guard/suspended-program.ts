/** Run by suspended.test.ts: stops itself between or within runs that have 100 ms. */
import { DeadlineExceeded } from "../../../runtime/core/sqlite/guard.ts";
import { ENDLESS, openGuarded } from "./guarded.ts";

const where = process.argv[2];
const { db, guard } = openGuarded();
const some = db.prepare(
  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000) SELECT max(x) FROM n",
);
const endless = db.prepare(ENDLESS);

function attempt(limitMs: number, work: () => unknown): string {
  try {
    guard.run(limitMs, work);
    return "finished";
  } catch (error) {
    if (error instanceof DeadlineExceeded) return "stopped";
    throw error;
  }
}

function freeze(): void {
  process.kill(process.pid, "SIGSTOP");
}

for (let round = 0; round < 5; round++) {
  let first: string;
  if (where === "between") {
    first = attempt(100, () => 1);
    freeze();
  } else {
    first = attempt(100, () => {
      freeze();
      return endless.get();
    });
  }
  console.log(`first ${first}, second ${attempt(60_000, () => some.get())}`);
}
db.close();
