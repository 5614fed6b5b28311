/**
 * A program that writes to a database until it is told to stop (SIGTERM): `node live-writer.ts PATH COMMITS_PER_SECOND`.
 * Each commit keeps true what `checkState` checks. Prints the number of the last commit and the rate.
 */
import Database from "better-sqlite3";

/** Rows that are kept; older ones are deleted, so that pages become free and are used again. */
export const KEPT = 3_000;

const SCHEMA = `
  create table if not exists counter (n integer not null);
  create table if not exists entries (id integer primary key, value integer not null, note text);
  create index if not exists entries_value on entries (value);
  create table if not exists checksum (sum integer not null, rows integer not null);
  insert into counter select 0 where not exists (select 1 from counter);
  insert into checksum select 0, 0 where not exists (select 1 from checksum);
`;

export function openLive(path: string): Database.Database {
  const database = new Database(path, { timeout: 10_000 });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(SCHEMA);
  return database;
}

/** One commit. */
export function commitOnce(database: Database.Database): void {
  database.transaction(() => {
    const n = Number(database.prepare("update counter set n = n + 1 returning n").pluck().get());
    const value = (n * 7919) % 100_003;
    const note = "x".repeat(n % 97 === 0 ? 6_000 : n % 60);
    database.prepare("insert into entries values (?, ?, ?)").run(n, value, note);
    const gone = Number(
      database
        .prepare("delete from entries where id = ? returning value")
        .pluck()
        .get(n - KEPT) ?? 0,
    );
    database
      .prepare("update checksum set sum = sum + ?, rows = rows + ?")
      .run(value - gone, n > KEPT ? 0 : 1);
  })();
}

/** The number of the last commit; throws when the database is no state that it ever had. */
export function checkState(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    const [n, first, last, sum, rows, expectedSum, expectedRows] = database
      .prepare(
        `select (select n from counter), min(id), max(id), sum(value), count(*),
          (select sum from checksum), (select rows from checksum) from entries`,
      )
      .raw()
      .get() as number[];
    const integrity = database.pragma("integrity_check", { simple: true });
    const isRight =
      integrity === "ok" &&
      last === n &&
      first === Math.max(1, n! - KEPT + 1) &&
      sum === expectedSum &&
      rows === expectedRows;
    if (isRight) return n!;
    throw new Error(
      `commit ${n}: rows ${first} to ${last}, ${rows} of ${expectedRows}, sum ${sum} of ${expectedSum}, ${integrity}`,
    );
  } finally {
    database.close();
  }
}

async function write(path: string, rate: number): Promise<void> {
  const database = openLive(path);
  let isStopped = false;
  process.on("SIGTERM", () => {
    isStopped = true;
  });
  const start = performance.now();
  let commits = 0;
  while (!isStopped) {
    commitOnce(database);
    commits++;
    const ahead = (commits / rate) * 1000 - (performance.now() - start);
    if (ahead > 2 || commits % 50 === 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, ahead)));
    }
  }
  const n = database.prepare("select n from counter").pluck().get();
  database.close();
  process.stdout.write(`${JSON.stringify({ n })}\n`);
}

if (import.meta.main) {
  const [path = "", rate = "1000"] = process.argv.slice(2);
  await write(path, Number(rate));
}
