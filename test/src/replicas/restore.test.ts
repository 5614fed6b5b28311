import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { scrubFreeSpace } from "../../../runtime/publisher/database/scrub.ts";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { contentHash } from "../../content-hash.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { change, run, SCHEMA } from "../watch/random-changes.ts";
import { replicaOf, restore } from "./replicas.ts";

/** A replica with one version of a database with rows. */
async function replicated() {
  const folder = temporaryDirectory();
  const path = join(folder, "shop.db");
  const database = new Database(path);
  database.exec(SCHEMA);
  database.exec("insert into item (name) values ('one'), ('two')");
  const { send, place, follower } = replicaOf(path, folder);
  await send();
  return { folder, path, database, send, place, follower, out: join(folder, "out.db") };
}

function blockOf(place: string): string {
  const [folder = ""] = readdirSync(join(place, "blocks"));
  const [file = ""] = readdirSync(join(place, "blocks", folder));
  return join(place, "blocks", folder, file);
}

describe("A version that is restored", () => {
  test("has what the database had at that commit, whatever was done to it", async () => {
    const folder = temporaryDirectory();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("wal", "delete"),
        fc.array(change, { minLength: 2, maxLength: 8 }),
        async (mode, changes) => {
          const here = join(folder, String(runs++));
          mkdirSync(here);
          const path = join(here, "shop.db");
          const database = new Database(path);
          database.exec(`pragma journal_mode = ${mode}; ${SCHEMA}`);
          const { send, place, follower } = replicaOf(path, here);
          const hashes = new Map<number, string>();
          for (const sql of changes) {
            run(database, sql);
            const { version } = await send();
            const hash = contentHash(path);
            // A transaction that changed nothing is no version.
            expect(hashes.get(version) ?? hash).toBe(hash);
            hashes.set(version, hash);
          }
          for (const [version, hash] of hashes) {
            const out = join(here, `${version}.db`);
            await restore(place, out, { version });
            expect(contentHash(out)).toBe(hash);
          }
          follower.close();
          database.close();
          rmSync(here, { recursive: true });
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 8) },
    );
  });

  test("is the file itself, byte for byte, but for space that holds no data", async () => {
    for (const [rows, isClean] of [
      [20, true],
      // Pages that were split have remains of what was in them.
      [9_000, false],
    ] as const) {
      const folder = temporaryDirectory();
      const path = join(folder, "shop.db");
      const database = new Database(path);
      database.exec(`${SCHEMA}; with recursive i(n) as (select 1 union all select n + 1 from i where n < ${rows})
        insert into item (name, note) select 'name ' || n, zeroblob(n % 500) from i`);
      database.close();
      const { send, place, follower } = replicaOf(path, folder);
      await send();
      follower.close();
      await restore(place, join(folder, "out.db"));
      if (!isClean) await scrubFreeSpace(path, path);
      expect(readFileSync(join(folder, "out.db")).equals(readFileSync(path)), `${rows} rows`).toBe(
        true,
      );
    }
  });

  test("is refused when a block of it is damaged, missing or cut off, and leaves nothing", async () => {
    const { folder, place, out } = await replicated();
    const block = blockOf(place);
    const bytes = readFileSync(block);
    const flipped = Buffer.from(bytes);
    flipped[40]! ^= 1;
    for (const damage of [flipped, bytes.subarray(0, 50), Buffer.alloc(0), null]) {
      rmSync(block, { force: true });
      if (damage !== null) writeFileSync(block, damage);
      await expect(restore(place, out)).rejects.toMatchObject({
        code: "damaged_replica",
        message: expect.stringContaining("nothing was restored"),
      });
      expect(readdirSync(folder).filter((name) => name.startsWith("out"))).toEqual([]);
    }
    writeFileSync(block, bytes);
    const [index = ""] = readdirSync(join(place, "indexes"));
    rmSync(join(place, "indexes", index));
    await expect(restore(place, out)).rejects.toMatchObject({ code: "damaged_replica" });
  });

  test("does not take the place of a file, and never that of a database that is in use", async () => {
    const { place, out, path, database } = await replicated();
    writeFileSync(out, "mine");
    await expect(restore(place, out)).rejects.toThrow("exists");
    expect(readFileSync(out, "utf8")).toBe("mine");
    await restore(place, out, null, true);
    expect(contentHash(out)).toBe(contentHash(path));
    for (const beside of ["-wal", "-journal"]) {
      writeFileSync(out + beside, "");
      await expect(restore(place, out, null, true)).rejects.toMatchObject({
        code: "database_open",
      });
      rmSync(out + beside);
    }
    database.close();
  });

  test("what was asked for and is not there is one sentence", async () => {
    const { folder, place, out } = await replicated();
    const refusals = [
      [() => restore(join(folder, "none"), out), "There is no replica at file:///"],
      [() => restore(place, out, { version: 5 }), "Version 5 of file:///"],
      [
        () => restore(place, out, { at: "2020-01-01T00:00:00.000Z" }),
        "is before the first version",
      ],
      [() => restore(place, out, { at: "2999-01-01T00:00:00.000Z" }), "is in the future"],
      [() => restore(place, folder, null, true), "is a directory"],
      [() => restore(place, "/proc/none/out.db"), "The folder /proc/none cannot be written"],
    ] as const;
    for (const [refusal, sentence] of refusals) await expect(refusal()).rejects.toThrow(sentence);
    expect(existsSync(out)).toBe(false);
  });
});

const mount = (folder: string) =>
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]).status === 0;

/** A folder on a full disk, where this user may mount one; else a folder whose names are too long for any disk. */
function fullDisk(): { folder: string; code: string } {
  const folder = join(temporaryDirectory(), "disk");
  mkdirSync(folder);
  if (!mount(folder)) return { folder: join(folder, "x".repeat(300)), code: "ENAMETOOLONG" };
  onTestFinished(() => {
    spawnSync("umount", [folder]);
  });
  return { folder, code: "ENOSPC" };
}

describe("A full disk", () => {
  test("is a sentence when something is restored, and leaves nothing", async () => {
    const { place, database, send } = await replicated();
    database.exec("insert into item (note) values (randomblob(500000))");
    await send();
    const { folder, code } = fullDisk();
    await expect(restore(place, join(folder, "out.db"))).rejects.toMatchObject({
      name: "DslError",
      code: code === "ENOSPC" ? "disk_full" : expect.any(String),
    });
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });

  test("is an error when something is sent there, and the version before stays", async () => {
    const { path, database } = await replicated();
    const { folder, code } = fullDisk();
    const { send, place } = replicaOf(path, temporaryDirectory(), folder);
    if (code === "ENOSPC") await send();
    database.exec("insert into item (note) values (randomblob(500000))");
    await expect(send()).rejects.toMatchObject({ code, path: expect.any(String) });
    if (code !== "ENOSPC") return;
    const out = join(temporaryDirectory(), "out.db");
    await restore(place, out);
    const restored = new Database(out, { readonly: true });
    expect(restored.prepare("select count(*) from item").pluck().get()).toBe(2);
    restored.close();
  });

  test("is a sentence when it is where the private copy goes; half of a copy is never sent", async () => {
    const { path, database } = await replicated();
    database.exec("insert into item (note) values (randomblob(500000))");
    const { folder, code } = fullDisk();
    const follower = new Follower("shop", new LiveSource(path), join(folder, "mirror.db"));
    onTestFinished(() => follower.close());
    await expect(follower.take()).rejects.toMatchObject({
      code: code === "ENOSPC" ? "disk_full" : expect.any(String),
    });
  });
});
