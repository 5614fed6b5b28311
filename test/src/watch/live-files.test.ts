/** What may become of a file that is followed, beside commits. */
import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test, vi } from "vitest";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

const HOUR_MS = 3_600_000;

const now = performance.now.bind(performance);
let passed = 0;

function letTimePass(milliseconds: number): void {
  passed += milliseconds;
  vi.spyOn(performance, "now").mockImplementation(() => now() + passed);
}

afterEach(() => vi.restoreAllMocks());

function writerOf(path: string, mode = "wal", setUp = ""): Database.Database {
  const database = new Database(path);
  database.exec(
    `${setUp}; pragma journal_mode = ${mode}; create table if not exists t (id integer primary key, note)`,
  );
  return database;
}

/** A database with a follower that has published it. */
async function followed(mode = "wal", setUp?: string) {
  const path = join(temporaryDirectory(), "live.db");
  const writer = writerOf(path, mode, setUp);
  const mirror = join(temporaryDirectory(), "copy", "0.db");
  const follower = new Follower("live", new LiveSource(path), mirror);
  await follower.look();
  await follower.take();
  follower.isPublished = true;
  const commit = (note: string) => writer.prepare("insert into t (note) values (?)").run(note);
  /** The notes of what would be published now, with its integrity. */
  const take = async () => {
    await follower.look();
    const facts = await follower.take();
    follower.isPublished = true;
    return { notes: notesOf(facts.snapshot), sha256: facts.sha256 };
  };
  return { path, writer, mirror, follower, commit, take };
}

function notesOf(path: string): unknown[] {
  const database = new Database(path, { readonly: true });
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  const notes = database.prepare("select note from t order by id").pluck().all();
  database.close();
  return notes;
}

/** Of a look at the whole file. */
async function expectedSha256(path: string): Promise<string> {
  const whole = new Follower("live", new LiveSource(path), join(temporaryDirectory(), "whole.db"));
  await whole.look();
  const { sha256 } = await whole.take();
  whole.close();
  return sha256;
}

test("the regular check finds what the private copy has wrong, puts it right and counts it", async () => {
  const { path, mirror, follower, commit, take } = await followed("wal", "create table beside (n)");
  commit("first");
  const { sha256 } = await take();
  const file = openSync(mirror, "r+");
  // A page that no commit writes, in a block that one will.
  writeSync(file, Buffer.from("damaged"), 0, 7, 4096 + 4096 - 7);
  closeSync(file);
  commit("second");
  expect((await take()).sha256).not.toBe(await expectedSha256(path));
  expect([follower.repairs, follower.isDue(false)]).toEqual([0, false]);
  letTimePass(HOUR_MS);
  expect(follower.isDue(false)).toBe(true);
  const checked = await take();
  expect(checked).toEqual({ notes: ["first", "second"], sha256: await expectedSha256(path) });
  expect(checked.sha256).not.toBe(sha256);
  expect([follower.repairs, follower.copies]).toEqual([1, 2]);
  // Where nothing is wrong nothing is counted.
  letTimePass(HOUR_MS);
  await take();
  expect([follower.repairs, follower.copies]).toEqual([1, 3]);
});

test.each(["delete", "truncate", "persist"])(
  "in rollback-journal mode %s each commit is followed by a copy",
  async (mode) => {
    const { path, writer, follower, commit, take } = await followed(mode);
    expect(follower.isWal).toBe(false);
    commit("first");
    expect((await take()).notes).toEqual(["first"]);
    expect(follower.copies).toBe(2);
    await follower.look();
    expect(follower.isDue(true)).toBe(false);
    // Nothing that is not committed is seen, and a writer in the middle of a transaction is waited for.
    writer.exec("begin immediate; insert into t (note) values ('rolled back')");
    expect((await take()).notes).toEqual(["first"]);
    writer.exec("rollback");
    commit("second");
    expect(await take()).toEqual({
      notes: ["first", "second"],
      sha256: await expectedSha256(path),
    });
  },
);

test("a database that is switched to write-ahead logging is followed by its log from then on", async () => {
  const { writer, follower, commit, take } = await followed("delete");
  writer.pragma("journal_mode = wal");
  commit("first");
  expect((await take()).notes).toEqual(["first"]);
  const { copies } = follower;
  commit("second");
  expect((await take()).notes).toEqual(["first", "second"]);
  expect([follower.isWal, follower.copies]).toEqual([true, copies]);
});

test("a log that was begun anew twice between two looks, or that is gone, means a copy", async () => {
  const { path, writer, follower, commit, take } = await followed();
  for (const note of ["a", "b", "c"]) {
    commit(note);
    writer.pragma("wal_checkpoint(restart)");
  }
  commit("d");
  expect((await take()).notes).toEqual(["a", "b", "c", "d"]);
  expect(follower.copies).toBe(2);
  writer.exec("vacuum");
  commit("e");
  writer.pragma("wal_checkpoint(truncate)");
  commit("f");
  expect(await take()).toEqual({
    notes: ["a", "b", "c", "d", "e", "f"],
    sha256: await expectedSha256(path),
  });
});

test("VACUUM of a database whose pages were moved is followed", async () => {
  const { path, writer, commit, take } = await followed();
  for (let i = 0; i < 200; i++) commit(`note ${i} `.repeat(100));
  await take();
  writer.exec("delete from t where id % 3 > 0; vacuum");
  const after = await take();
  expect(after.notes).toHaveLength(66);
  expect(after.sha256).toBe(await expectedSha256(path));
});

test("a file that is replaced by another, as programs do that write a new one and rename it, is followed", async () => {
  const { path, writer, follower, commit, take } = await followed("delete");
  commit("old");
  await take();
  writer.close();
  const other = join(temporaryDirectory(), "new.db");
  const next = writerOf(other, "delete");
  next.exec("insert into t (note) values ('new')");
  next.close();
  renameSync(other, path);
  await follower.look();
  expect((await take()).notes).toEqual(["new"]);
});

test("a file that was deleted is missed until it is there again", async () => {
  const { path, writer, follower, commit, take } = await followed();
  commit("old");
  await take();
  writer.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  await expect(follower.look()).rejects.toMatchObject({ code: "file_not_found" });
  await expect(follower.look()).rejects.toMatchObject({ code: "file_not_found" });
  const again = writerOf(path);
  again.exec("insert into t (note) values ('anew')");
  expect((await take()).notes).toEqual(["anew"]);
  again.exec("insert into t (note) values ('more')");
  expect((await take()).notes).toEqual(["anew", "more"]);
  again.close();
});

test("a file that became something else is refused, and followed when it is a database again", async () => {
  const { path, writer, follower, commit, take } = await followed("delete");
  commit("kept");
  await take();
  writer.close();
  const backup = join(temporaryDirectory(), "backup.db");
  copyFileSync(path, backup);
  const text = join(temporaryDirectory(), "text");
  const file = openSync(text, "w");
  writeSync(file, "no database at all, only some text ".repeat(100));
  closeSync(file);
  renameSync(text, path);
  await follower.look();
  await expect(follower.look()).rejects.toMatchObject({ code: "not_a_database" });
  renameSync(backup, path);
  expect((await take()).notes).toEqual(["kept"]);
});

test.runIf(process.platform === "linux")(
  "a disk that is full is one error, whether pages or the whole are written",
  async () => {
    const { mirror, follower, commit, take } = await followed();
    rmSync(mirror);
    symlinkSync("/dev/full", mirror);
    commit("first");
    for (let i = 0; i < 2; i++) await expect(take()).rejects.toMatchObject({ code: "disk_full" });
    rmSync(mirror);
    expect((await take()).notes).toEqual(["first"]);
    commit("second");
    expect((await take()).notes).toEqual(["first", "second"]);
    expect(follower.copies).toBe(2);
  },
);

test("a private copy that was cleaned away with its folder is made anew", async () => {
  const { mirror, commit, take } = await followed();
  rmSync(join(mirror, ".."), { recursive: true });
  commit("first");
  await expect(take()).rejects.toMatchObject({ code: "copy_gone" });
  expect((await take()).notes).toEqual(["first"]);
});
