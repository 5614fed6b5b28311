import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { change, run, SCHEMA, SECRET } from "./random-changes.ts";

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
            writer
              .prepare("select count(*) from pair where instr(a || ' ' || coalesce(b, ''), ?)")
              .pluck()
              .get(SECRET) !== 0,
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
