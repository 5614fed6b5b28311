import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

const SECRET = "deleted-secret";

const SCHEMA = `
  create table item (id integer primary key, name text, note blob);
  create index item_name on item (name);
  create table pair (a text, b, primary key (a)) without rowid;
`;

/** SQL of one transaction, of all kinds that change pages in their own way. */
const change = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(
    (n) => `
    with recursive i(n) as (select 1 union all select n + 1 from i where n < ${n})
    insert into item (name, note) select 'name ' || random(), zeroblob(n * 40) from i`,
  ),
  fc.integer({ min: 1, max: 40_000 }).map(
    (size) => `
    insert into item (name, note) values ('${SECRET}', replace(hex(zeroblob(${size} / 14)), '00', '${SECRET}'))`,
  ),
  fc.constant(`delete from item where name = '${SECRET}'`),
  fc.integer({ min: 2, max: 5 }).map((n) => `delete from item where id % ${n} = 0`),
  // As many bytes as before: SQLite writes over the pages of a long value and nothing else.
  fc.constant("update item set note = zeroblob(length(note)) where id % 3 = 0"),
  fc.constant("update item set name = 'other ' || id where id % 2 = 0"),
  fc.integer({ min: 1, max: 9 }).map(
    (n) => `
    insert or replace into pair select name || ${n}, note from item where id % ${n} = 0`,
  ),
  fc.constant("delete from pair where a > 'name 5'"),
  fc.constant("create table if not exists extra (id integer primary key, x)"),
  fc.constant("drop table if exists extra"),
  fc.constant("create index if not exists item_note on item (note)"),
  fc.constant("drop index if exists item_note"),
  fc.constant("alter table pair add column c default 5"),
);

const outside = fc.constantFrom(
  "pragma wal_checkpoint(passive)",
  "pragma wal_checkpoint(restart)",
  "pragma wal_checkpoint(truncate)",
  "vacuum",
  "pragma incremental_vacuum",
);

const step = fc.oneof(
  { weight: 6, arbitrary: change.map((sql) => ({ sql, take: false })) },
  { weight: 3, arbitrary: change.map((sql) => ({ sql, take: true })) },
  { weight: 1, arbitrary: outside.map((sql) => ({ sql, take: false })) },
);

function run(database: Database.Database, sql: string): void {
  try {
    database.exec(sql);
  } catch (error) {
    // The column is there already; a reader is in the way of a vacuum.
    if (!(error instanceof Database.SqliteError)) throw error;
    if (database.inTransaction) database.exec("rollback");
  }
}

describe("A database that is followed", () => {
  test("is after any commits what a look at the whole file makes of it, byte for byte, with its counts and without what was deleted", async () => {
    const folder = temporaryDirectory();
    let runs = 0;
    let copies = 0;
    let takes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(512, 1024, 4096),
        fc.constantFrom("none", "none", "none", "full", "incremental"),
        fc.constantFrom(0, 20, 1000),
        fc.array(step, { minLength: 3, maxLength: 25 }),
        async (pageSize, autoVacuum, autoCheckpoint, steps) => {
          const path = join(folder, `${runs++}.db`);
          const writer = new Database(path);
          writer.exec(`pragma page_size = ${pageSize}; pragma auto_vacuum = ${autoVacuum};
            pragma secure_delete = off; pragma journal_mode = wal;
            pragma wal_autocheckpoint = ${autoCheckpoint}; ${SCHEMA}`);
          const follower = new Follower("live", new LiveSource(path), `${path}-mirror`);
          const whole = new Follower("whole", new LiveSource(path), `${path}-whole`);
          await follower.look();
          await follower.take();
          for (const { sql, take } of [...steps, { sql: "delete from item", take: true }]) {
            run(writer, sql);
            await follower.look();
            if (!take) continue;
            const facts = await follower.take();
            takes++;
            whole.close();
            await whole.look();
            const expected = await whole.take();
            expect(facts.sha256).toBe(expected.sha256);
            expect(readFileSync(facts.snapshot).equals(readFileSync(expected.snapshot))).toBe(true);
            expect(facts.inspection).toEqual(expected.inspection);
            for (const { name, count } of facts.inspection.tables) {
              expect(writer.prepare(`select count(*) from "${name}"`).pluck().get()).toBe(count);
            }
          }
          expect(readFileSync(`${path}-mirror`).includes(SECRET)).toBe(
            writer.prepare("select count(*) from pair where instr(b, ?)").pluck().get(SECRET) !== 0,
          );
          const copy = new Database(`${path}-mirror`, { readonly: true });
          expect(copy.pragma("integrity_check", { simple: true })).toBe("ok");
          copy.close();
          copies += follower.copies - 1;
          follower.close();
          whole.close();
          writer.close();
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
    // Otherwise the test would hold of copies of the whole file only.
    expect(copies).toBeLessThan(takes / 2);
    if (process.env.RUNS) console.log({ runs, takes, copies });
  });
});
