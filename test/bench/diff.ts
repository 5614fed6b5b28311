/**
 * `npm run bench:diff [MEGABYTES]`: what two versions of a large table differ in, found by `dsl diff` and by a page of
 * the site, against comparing all rows with SQL, on the local AWS. One row in a hundred was changed: first
 * those of one day, then some in every block.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { getJson, startRehearsal } from "../e2e/rehearsal.ts";

const MEGABYTES = Number(process.argv[2] ?? 1000);
/** Bytes of a row, about. */
const ROW = 1_000;
const ROWS = Math.round((MEGABYTES * 1e6) / ROW);
const CHANGED = Math.floor(ROWS / 100);

function fill(path: string): void {
  const database = new Database(path);
  database.exec("create table orders (id integer primary key, day text, note text)");
  const insert = database.prepare("insert into orders values (?, ?, ?)");
  database.transaction(() => {
    for (let id = 1; id <= ROWS; id++) {
      const word = `order ${(id * 2_654_435_761) % 4_294_967_296} `;
      insert.run(id, `2026-${id % 12}-${id % 28}`, word.repeat(ROW / word.length));
    }
  })();
  database.close();
}

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const started = performance.now();
  const result = await work();
  return [(performance.now() - started) / 1000, result];
}

/** By all rows of both. */
function countBySql(before: string, after: string): number {
  const database = new Database(after, { readonly: true });
  database.exec(`attach 'file:${before}?mode=ro' as old`);
  const changed = database
    .prepare("select count(*) from (select * from main.orders except select * from old.orders)")
    .pluck()
    .get();
  database.close();
  return Number(changed);
}

const rehearsal = await startRehearsal();
try {
  const path = join(rehearsal.folder, "shop.db");
  const before = join(rehearsal.folder, "before.db");
  fill(path);
  const settings = { sql_time_limit_ms: "3000", max_returned_rows: String(ROWS) };
  const options = Object.entries(settings).flatMap(([name, value]) => ["--setting", name, value]);
  const update = () => rehearsal.update("shop", path, "--storage", "s3", ...options);
  let { url, version } = await update();
  const changes = [
    ["of one day", `id > ${ROWS - CHANGED}`],
    ["in every block", `id % 100 = ${ROWS % 100}`],
  ] as const;
  for (const [which, where] of changes) {
    copyFileSync(path, before);
    new Database(path).exec(`update orders set day = 'changed ${which}' where ${where}`).close();
    const earlier = Number(version ?? 1);
    ({ url, version } = await update());
    const now = Number(version);
    const [bySql, expected] = await timed(async () => countBySql(before, path));
    const [byDiff, diff] = await timed(() =>
      rehearsal.result("diff", "shop", String(earlier), String(now)),
    );
    const [table] = diff.tables as { counts?: object; rows: unknown[]; stopped: string | null }[];
    const [byPage, page] = await timed(() =>
      getJson(String(url), `/shop/orders/-/changes.json?from=${earlier}&to=${now}`),
    );
    const { counts, stopped } = page as { counts: { changed: number }; stopped: string | null };
    console.log(
      `${CHANGED} rows of ${formatBytes(MEGABYTES * 1e6)} ${which}: ` +
        `dsl diff ${byDiff.toFixed(1)} s (${table?.rows.length} rows${table?.stopped ? `, ${table.stopped}` : ""}), ` +
        `/-/changes ${byPage.toFixed(1)} s (${counts.changed} rows${stopped === null ? "" : `, ${stopped}`}), ` +
        `all rows by SQL ${bySql.toFixed(1)} s (${expected} rows): ${(byDiff / bySql).toFixed(2)} and ${(byPage / bySql).toFixed(2)} times`,
    );
  }
} finally {
  await rehearsal.end();
}
