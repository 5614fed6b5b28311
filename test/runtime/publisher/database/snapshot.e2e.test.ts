import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { hashFile } from "../../../../runtime/publisher/database/hash-file.ts";
import { checkIntegrity } from "../../../../runtime/publisher/database/integrity.ts";
import { snapshotDatabase } from "../../../../runtime/publisher/database/snapshot.ts";
import { execute, makeDatabase, temporaryDirectory } from "./files.ts";

const WRITER = new URL("writer.ts", import.meta.url).pathname;

async function startWriter(path: string, mode: string, end = ""): Promise<ChildProcess> {
  const writer = spawn(process.execPath, [WRITER, path, mode, end], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    writer.kill("SIGKILL");
  });
  await once(writer.stdout!, "data");
  return writer;
}

function query(path: string, sql: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
}

/** The snapshot is the state after a whole number of transactions; returns that number. */
function committedMoves(snapshot: string): number {
  expect(checkIntegrity(snapshot, snapshot)).toEqual([]);
  expect(query(snapshot, "SELECT sum(balance) FROM account")).toBe(0);
  const moves = query(snapshot, "SELECT moves FROM state");
  expect(query(snapshot, "SELECT count(*) FROM note")).toBe(moves);
  return Number(moves);
}

/** Names, bytes and times of everything in a directory. */
async function everythingIn(directory: string): Promise<unknown> {
  const names = (await readdir(directory)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const { mtimeMs } = await stat(path);
      return [name, mtimeMs, (await hashFile(path)).sha256];
    }),
  );
}

describe.each(["delete", "truncate", "persist", "wal"])("in journal mode %s", (mode) => {
  test("a snapshot while another process writes holds whole transactions only", async () => {
    const [source, snapshots] = [await temporaryDirectory(), await temporaryDirectory()];
    const path = join(source, "bank.db");
    await startWriter(path, mode);

    const moves: number[] = [];
    for (let i = 0; i < 5; i++) {
      const target = join(snapshots, `${i}.db`);
      await snapshotDatabase(path, target);
      moves.push(committedMoves(target));
    }

    expect(moves).toEqual([...moves].sort((a, b) => a - b));
    expect(await readdir(snapshots)).toHaveLength(5);
  });

  test("a database whose writer crashed is read without repairing it", async () => {
    const [source, snapshots] = [await temporaryDirectory(), await temporaryDirectory()];
    const path = join(source, "bank.db");
    const writer = await startWriter(path, mode, "crash");
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
    // A crash of the machine, or a copy made elsewhere, leaves no index.
    await rm(`${path}-shm`, { force: true });
    const before = await everythingIn(source);

    await snapshotDatabase(path, join(snapshots, "bank.db"));

    expect(committedMoves(join(snapshots, "bank.db"))).toBe(9);
    expect(await everythingIn(source)).toEqual(before);
    expect(await readdir(snapshots)).toEqual(["bank.db"]);
  });

  test("two snapshots of an unchanged database have the same bytes, and leave it unchanged", async () => {
    const [source, snapshots] = [await temporaryDirectory(), await temporaryDirectory()];
    const path = join(source, "items.db");
    makeDatabase(path, 3, mode);
    const before = await everythingIn(source);

    await snapshotDatabase(path, join(snapshots, "1.db"));
    await snapshotDatabase(path, join(snapshots, "2.db"));

    expect(await hashFile(join(snapshots, "1.db"))).toEqual(
      await hashFile(join(snapshots, "2.db")),
    );
    expect(await everythingIn(source)).toEqual(before);
    expect(await readdir(snapshots)).toEqual(["1.db", "2.db"]);
  });

  test("the copy is in journal mode DELETE", async () => {
    const directory = await temporaryDirectory();
    makeDatabase(join(directory, "items.db"), 1, mode);
    await snapshotDatabase(join(directory, "items.db"), join(directory, "copy.db"));
    expect(query(join(directory, "copy.db"), "PRAGMA journal_mode")).toBe("delete");
  });
});

test("a log gives the same bytes open, checkpointed, and closed", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "items.db");
  makeDatabase(path, 2, "wal");
  const hash = async () => {
    const target = join(directory, "snapshot.db");
    await rm(target, { force: true });
    await snapshotDatabase(path, target);
    return (await hashFile(target)).sha256;
  };

  const writer = new Database(path);
  onTestFinished(() => {
    writer.close();
  });
  writer.exec("UPDATE item SET name = 'changed' WHERE id % 100 = 0");
  const inTheLog = await hash();
  expect((await stat(`${path}-wal`)).size).toBeGreaterThan(0);
  writer.pragma("wal_checkpoint(TRUNCATE)");
  const checkpointed = await hash();
  writer.close();
  const closed = await hash();

  expect(checkpointed).toBe(inTheLog);
  expect(closed).toBe(inTheLog);
});

test("changes that are only in the log are in the snapshot, also without the log's index", async () => {
  const directory = await temporaryDirectory();
  const [live, moved] = [join(directory, "live.db"), join(directory, "moved.db")];
  makeDatabase(live, 1, "wal");
  const writer = new Database(live);
  writer.exec("DELETE FROM item WHERE id > 5");
  await copyFile(live, moved);
  await copyFile(`${live}-wal`, `${moved}-wal`);
  writer.close();

  await snapshotDatabase(moved, join(directory, "snapshot.db"));

  expect(query(join(directory, "snapshot.db"), "SELECT count(*) FROM item")).toBe(5);
});

test("changes that are only in the log are found through a symbolic link", async () => {
  const directory = await temporaryDirectory();
  const [path, link] = [join(directory, "items.db"), join(directory, "link.db")];
  makeDatabase(path, 1, "wal");
  await symlink(path, link);
  for (const indexed of [true, false]) {
    const writer = new Database(path);
    writer.exec("DELETE FROM item WHERE id > 5; UPDATE item SET name = 'new'");
    if (!indexed) await rm(`${path}-shm`);
    await snapshotDatabase(link, join(directory, `${indexed}.db`));
    writer.close();
    expect(query(join(directory, `${indexed}.db`), "SELECT count(*) FROM item")).toBe(5);
    expect((await readdir(directory)).filter((name) => name.startsWith("link.db"))).toEqual([
      "link.db",
    ]);
  }
});

test("a small change changes few blocks", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "items.db");
  makeDatabase(path, 12);
  await snapshotDatabase(path, join(directory, "1.db"));
  execute(path, "UPDATE item SET data = randomblob(600) WHERE id = 6000");
  await snapshotDatabase(path, join(directory, "2.db"));

  const [before, after] = [
    await hashFile(join(directory, "1.db")),
    await hashFile(join(directory, "2.db")),
  ];

  const changed = after.blocks.filter((block, i) => block !== before.blocks[i]);
  expect(before.blocks.length).toBeGreaterThan(10);
  // The block with the row, and the first one with the file's change counter.
  expect(changed.length).toBeLessThanOrEqual(2);
});

test("a read-only file in a read-only directory can be read in write-ahead-log mode", async () => {
  const [source, snapshots] = [await temporaryDirectory(), await temporaryDirectory()];
  const path = join(source, "items.db");
  makeDatabase(path, 1, "wal");
  await chmod(path, 0o444);
  await chmod(source, 0o555);
  onTestFinished(() => chmod(source, 0o755));

  await snapshotDatabase(path, join(snapshots, "items.db"));

  expect(query(join(snapshots, "items.db"), "SELECT count(*) FROM item")).toBe(1000);
});

test("a name with white space, quotes and what looks like a URI is just a name", async () => {
  const directory = await temporaryDirectory();
  for (const name of [" leading.db", "trailing.db ", "file:a?mode=ro#x.db", "quo\"te's.db"]) {
    const plain = join(directory, "plain.db");
    makeDatabase(plain, 1);
    await copyFile(plain, join(directory, name));
    await snapshotDatabase(join(directory, name), join(directory, "snapshot.db"));
    expect(query(join(directory, "snapshot.db"), "SELECT count(*) FROM item")).toBe(1000);
    await Promise.all([rm(plain), rm(join(directory, "snapshot.db"))]);
  }
});

test("a locked database is waited for", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "items.db");
  makeDatabase(path, 1);
  const writer = new Database(path);
  writer.exec("BEGIN EXCLUSIVE; DELETE FROM item WHERE id > 3");
  const snapshot = snapshotDatabase(path, join(directory, "copy.db"));
  await sleep(100);
  writer.exec("COMMIT");
  writer.close();
  await snapshot;
  expect(query(join(directory, "copy.db"), "SELECT count(*) FROM item")).toBe(3);
});

test("progress reaches the number of pages", async () => {
  const directory = await temporaryDirectory();
  makeDatabase(join(directory, "items.db"), 20);
  const progress: [number, number][] = [];
  await snapshotDatabase(join(directory, "items.db"), join(directory, "copy.db"), (done, total) =>
    progress.push([done, total]),
  );
  const size = (await readFile(join(directory, "copy.db"))).length;
  expect(progress.length).toBeGreaterThan(1);
  expect(progress.every(([done, total]) => done <= total && total === size / 4096)).toBe(true);
});
