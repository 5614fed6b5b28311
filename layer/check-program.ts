/**
 * Runs inside a Node like Lambda's, with the layer on NODE_PATH: loads it, queries, and sees whether
 * the guard holds. Prints one line of JSON. Bundled to dist/layer-check.cjs.
 */
import Database from "better-sqlite3";
import {
  DeadlineExceeded,
  findGuard,
  loadGuard,
  NotAllowed,
} from "../runtime/core/sqlite/guard.ts";

const ENDLESS =
  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";

function errorOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function check(): void {
  const guardFile = findGuard();
  if (guardFile === null) throw new Error("dsl-guard/guard.so is not on NODE_PATH");
  const db = new Database(":memory:");
  const guard = loadGuard(db, guardFile);
  db.exec("CREATE VIRTUAL TABLE t USING fts5(x); INSERT INTO t VALUES ('Hello')");
  guard.lock();
  const found = guard.run(10_000, () => db.prepare("SELECT x FROM t('hello')").pluck().get());
  if (found !== "Hello") throw new Error(`A query answered ${found}`);
  const stopped = errorOf(() => guard.run(50, () => db.prepare(ENDLESS).get()));
  if (!(stopped instanceof DeadlineExceeded)) throw new Error(`The deadline gave ${stopped}`);
  const refused = errorOf(() => guard.run(10_000, () => db.prepare("ATTACH '' AS x")));
  if (!(refused instanceof NotAllowed)) throw new Error(`ATTACH gave ${refused}`);
  const sqlite = db.prepare("SELECT sqlite_version()").pluck().get();
  db.close();
  process.stdout.write(`${JSON.stringify({ node: process.versions.node, sqlite })}\n`);
}

check();
