/** A worker of parallel.test.ts: random runs on random connections, some of which cannot finish. */
import { parentPort, workerData } from "node:worker_threads";
import { DeadlineExceeded } from "../../../runtime/core/sqlite/guard.ts";
import { ENDLESS, type Guarded, openGuarded } from "./guarded.ts";

const { seed, runs } = workerData as { seed: number; runs: number };
const wrong: string[] = [];
let [finished, stopped] = [0, 0];

/** A linear congruential generator: the same runs every time. */
let state = seed;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function counted({ db }: Guarded, rows: number): unknown {
  const sql =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ?) SELECT count(*) FROM n";
  return db.prepare(sql).pluck().get(rows);
}

const connections = Array.from({ length: 5 }, () => openGuarded());
for (let run = 0; run < runs; run++) {
  const at = random(connections.length);
  if (random(10) === 0) {
    connections[at]!.db.close();
    connections[at] = openGuarded();
  }
  const connection = connections[at]!;
  const endless = random(3) === 0;
  const rows = random(3000);
  try {
    const found = connection.guard.run(endless ? 1 + random(4) : 60_000, () =>
      endless ? connection.db.prepare(ENDLESS).get() : counted(connection, rows),
    );
    if (endless || found !== rows) wrong.push(`run ${run}: ${found} for ${rows} rows`);
    finished++;
  } catch (error) {
    if (!endless || !(error instanceof DeadlineExceeded)) wrong.push(`run ${run}: ${error}`);
    stopped++;
  }
  if (counted(connection, 10) !== 10) wrong.push(`after run ${run}`);
}
for (const { db } of connections) db.close();
parentPort?.postMessage({ finished, stopped, wrong });
