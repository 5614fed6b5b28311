import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  beginning,
  follows,
  parseWalHeader,
  type ReadLog,
  readChanges,
  sameLog,
  type WalMark,
} from "../../../src/watch/wal.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

function logOf(path: string): { bytes: Buffer; read: ReadLog } {
  const bytes = readFileSync(`${path}-wal`);
  return { bytes, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

function writer(path: string, pageSize = 4096): Database.Database {
  const database = new Database(path);
  database.pragma(`page_size = ${pageSize}`);
  database.pragma("journal_mode = WAL");
  database.pragma("wal_autocheckpoint = 0");
  return database;
}

function start(read: ReadLog): WalMark {
  return beginning(parseWalHeader(read(0, 32))!);
}

describe("The log of a live database", () => {
  test("its frames on top of the file are what SQLite makes of them, whatever was done", async () => {
    const folder = await temporaryDirectory();
    let run = 0;
    const step = fc.oneof(
      fc.record({ sql: fc.constant("insert"), size: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({ sql: fc.constant("delete"), size: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ sql: fc.constant("rolled back"), size: fc.integer({ min: 1, max: 9000 }) }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(512, 1024, 4096, 65_536),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        (pageSize, steps) => {
          const path = join(folder, `${run++}.db`);
          const database = writer(path, pageSize);
          database.exec("create table t (id integer primary key, a)");
          database.pragma("wal_checkpoint(TRUNCATE)");
          const image = readFileSync(path);
          const pages = new Map<number, Buffer>();
          let mark: WalMark | null = null;
          let pageCount = image.length / pageSize;
          for (const { sql, size } of steps) {
            if (sql === "delete") database.exec(`delete from t where id % 3 = ${size % 3}`);
            else {
              database.exec(`begin; insert into t (a) values (zeroblob(${size}))`);
              database.exec(sql === "insert" ? "commit" : "rollback");
            }
            const { bytes, read } = logOf(path);
            if (bytes.length === 0) continue;
            mark ??= start(read);
            const changes = readChanges(read, mark);
            mark = changes.end;
            pageCount = changes.pageCount ?? pageCount;
            for (const [page, at] of changes.pages)
              pages.set(page, bytes.subarray(at, at + pageSize));
          }
          database.pragma("wal_checkpoint(FULL)");
          const followed = Buffer.alloc(pageCount * pageSize);
          image.copy(followed);
          for (const [page, bytes] of pages) bytes.copy(followed, (page - 1) * pageSize);
          expect(followed.equals(readFileSync(path))).toBe(true);
          database.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  test("a transaction that is not whole in the file does not count", async () => {
    const path = join(await temporaryDirectory(), "t.db");
    const database = writer(path);
    database.exec("create table t (a); insert into t values (1)");
    const first = readChanges(logOf(path).read, start(logOf(path).read));
    database.exec("insert into t values (zeroblob(20000))");
    const { bytes } = logOf(path);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (missing) => {
        const cut = bytes.subarray(0, bytes.length - missing);
        const read: ReadLog = (offset, length) => cut.subarray(offset, offset + length);
        const changes = readChanges(read, first.end);
        expect(changes.end).toBe(first.end);
        expect(changes.pages.size).toBe(0);
      }),
      { numRuns: 30 },
    );
    database.close();
  });

  test("a changed byte ends what counts", async () => {
    const path = join(await temporaryDirectory(), "t.db");
    const database = writer(path);
    database.exec("create table t (a)");
    for (let i = 0; i < 5; i++) database.exec(`insert into t values (${i})`);
    const { bytes, read } = logOf(path);
    const whole = readChanges(read, start(read)).end.frames;
    fc.assert(
      fc.property(fc.integer({ min: 32, max: bytes.length - 1 }), (at) => {
        const broken = Buffer.from(bytes);
        broken[at] = broken[at]! ^ 1;
        const changes = readChanges((o, n) => broken.subarray(o, o + n), start(read));
        expect(changes.end.frames).toBeLessThan(whole);
        expect(changes.end.frames).toBeLessThanOrEqual(Math.floor((at - 32) / (24 + 4096)));
      }),
      { numRuns: 50 },
    );
    database.close();
  });

  test("what an older log left behind is not taken for a part of the new one, which follows it", async () => {
    const path = join(await temporaryDirectory(), "t.db");
    const database = writer(path);
    database.exec("create table t (a)");
    for (let i = 0; i < 30; i++) database.exec(`insert into t values (${i})`);
    const before = logOf(path);
    const mark = readChanges(before.read, start(before.read)).end;
    database.exec("insert into t values ('last of the old log')");
    database.pragma("wal_checkpoint(RESTART)");
    database.exec("insert into t values ('first of the new log')");
    const { bytes, read } = logOf(path);
    const header = parseWalHeader(bytes)!;
    expect(sameLog(header, mark.header)).toBe(false);
    expect(follows(header, mark.header)).toBe(true);
    const added = readChanges(read, beginning(header));
    expect(added.validFrames).toBeLessThan(5);
    // The end of the old one is still there, and can be told from what is older.
    expect(readChanges(read, mark).end.frames).toBeGreaterThan(mark.frames);
    database.close();
  });

  test("other files are no logs", async () => {
    const path = join(await temporaryDirectory(), "t.db");
    writer(path).close();
    copyFileSync(path, `${path}-other`);
    writeFileSync(`${path}-empty`, "");
    expect(parseWalHeader(readFileSync(`${path}-other`))).toBeNull();
    expect(parseWalHeader(readFileSync(`${path}-empty`))).toBeNull();
    expect(parseWalHeader(Buffer.alloc(32))).toBeNull();
  });
});
