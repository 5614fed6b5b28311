/**
 * Runs inside a Node like Lambda's, with the layer on NODE_PATH: loads it, queries, and sees whether
 * the guard holds and paged files can be read. Prints one line of JSON. Bundled to dist/layer-check.cjs.
 */
import { closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import {
  DeadlineExceeded,
  findGuard,
  loadGuard,
  NotAllowed,
} from "../runtime/core/sqlite/guard.ts";
import { PagedFiles, pagedUrl } from "../runtime/core/sqlite/paged-files.ts";

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
  process.env.SQLITE_USE_URI = "1";
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
  checkPagedFiles(guardFile);
  const sqlite = db.prepare("SELECT sqlite_version()").pluck().get();
  db.close();
  process.stdout.write(`${JSON.stringify({ node: process.versions.node, sqlite })}\n`);
}

/** A database of one page, which is in memory, is opened and read. */
function checkPagedFiles(extensionFile: string): void {
  const original = new Database(":memory:");
  original.exec("CREATE TABLE t(x)");
  const bytes = original.serialize();
  const pageSize = Number(original.pragma("page_size", { simple: true }));
  const numbers = Array.from({ length: bytes.length / pageSize }, (_, page) => page);
  const files = new PagedFiles(extensionFile);
  const cacheFile = openSync(process.execPath, "r");
  const sizes = { slotBytes: pageSize, slots: 1, patienceMs: 1_000, budget: 0 };
  const cache = files.openCache({ file: cacheFile, ...sizes });
  const mapping = files.map(cache, bytes.length, pageSize, { pageSize, numbers, bytes });
  const paged = new Database(pagedUrl("check", mapping), { readonly: true });
  const tables = paged.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables !== 1) throw new Error(`A paged file has ${tables} tables`);
  paged.close();
  files.closeCache(cache);
  closeSync(cacheFile);
}

check();
