import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { folderReplica } from "../../../../runtime/load/litestream/replica.ts";
import { ReplicaReader } from "../../../../runtime/load/litestream/replica-reader.ts";
import { Mirror } from "../../../../runtime/publisher/database/mirror.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { FakeLitestream, folderSink } from "./fake-litestream.ts";

/** A database, its replica, and a copy that follows the replica. */
class Followed {
  readonly folder = temporaryDirectory();
  readonly said: string[] = [];
  readonly litestream = new FakeLitestream(folderSink(this.folder));
  readonly reader: ReplicaReader;
  readonly mirror = new Mirror(join(temporaryDirectory(), "mirror.db"), "the replica");
  database: Database.Database;
  restores = 0;

  constructor(setup = "") {
    const replica = folderReplica("the replica", this.folder);
    this.reader = new ReplicaReader(
      () => replica,
      null,
      (sentence) => this.said.push(sentence),
    );
    this.database = newDatabase(setup);
  }

  /** One transaction after another, each of which reaches the replica by itself. */
  async commit(...statements: string[]): Promise<void> {
    for (const sql of statements) {
      this.database.exec(sql);
      await this.litestream.sync(this.database.serialize());
    }
  }

  /** Brings the copy up to date, as a follower does. */
  async follow(): Promise<void> {
    await this.reader.poll();
    if (!this.reader.mustRestore && this.mirror.apply(this.reader.take())) return;
    if (this.reader.mustRestore) this.restores++;
    await this.mirror.rebuild((file) => this.reader.bringTo(file));
  }

  get copied(): unknown[] {
    return content(new Database(this.mirror.path, { readonly: true }));
  }

  get written(): unknown[] {
    return content(this.database);
  }
}

function newDatabase(setup: string): Database.Database {
  const database = new Database(":memory:");
  database.exec(`${setup}; create table t (id integer primary key, text, n)`);
  database.exec("create index t_text on t (text)");
  return database;
}

function content(database: Database.Database): unknown[] {
  const tables = database.prepare("select name, sql from sqlite_schema order by 1").raw().all();
  const integrity = database.pragma("integrity_check", { simple: true });
  const rows = database.prepare("select * from t").raw().all();
  return [integrity, tables, rows];
}

const insert = (n: number) =>
  `with recursive i(n) as (select 1 union all select n + 1 from i where n < ${n})
   insert into t (text, n) select hex(randomblob(20 * (n % 90))), n from i`;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 60 }).map((n) => ({ sql: insert(n) })) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...["delete from t where id % 3 = 0", "delete from t", "vacuum", "update t set n = n + 1"],
      ...["create table if not exists u (x)", "drop table if exists u", "pragma user_version = 7"],
    ),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      ...(["compact 1", "compact 2", "compact 3", "snapshot", "expire", "forget"] as const),
      ...(["begin anew", "follow", "follow", "follow", "follow"] as const),
    ),
  },
);

test("A copy that follows a replica is after each look a state that the database had, and the last one when the replica ends there", async () => {
  let follows = 0;
  let restores = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(512, 4096),
      fc.constantFrom("none", "none", "full"),
      fc.array(
        step.map((each) => (typeof each === "string" ? each : each.sql)),
        { minLength: 5, maxLength: 30 },
      ),
      async (pageSize, autoVacuum, steps) => {
        const setup = `pragma page_size = ${pageSize}; pragma auto_vacuum = ${autoVacuum}`;
        const followed = new Followed(setup);
        const { litestream } = followed;
        await followed.commit(insert(3));
        for (const each of [...steps, "follow"]) {
          if (each.startsWith("compact")) await litestream.compact(Number(each.at(-1)));
          else if (each === "snapshot") await litestream.snapshot();
          else if (each === "expire") await litestream.expire();
          else if (each === "forget") await litestream.forget();
          else if (each === "begin anew") {
            await litestream.beginAnew();
            await followed.commit(insert(1));
          } else if (each !== "follow") await followed.commit(each);
          else {
            await followed.follow();
            follows++;
            expect(followed.copied).toEqual(followed.written);
          }
        }
        restores += followed.restores;
        followed.database.close();
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 8) },
  );
  // Otherwise the test would hold of restoring only.
  expect(restores).toBeLessThan(follows * 0.7);
});

describe("A replica that is followed", () => {
  let followed: Followed;
  beforeEach(async () => {
    followed = new Followed();
    await followed.commit(insert(20), insert(20));
    await followed.follow();
    expect(followed.restores).toBe(1);
  });

  test("is read on from level 0, and from higher levels where that was emptied meanwhile", async () => {
    const { litestream } = followed;
    await litestream.compact(1);
    await litestream.expire();
    await followed.follow();
    await followed.commit(insert(1), insert(1));
    await followed.follow();
    await followed.commit(insert(1), insert(1));
    await litestream.compact(1);
    await litestream.expire();
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
    expect({ restores: followed.restores, said: followed.said }).toEqual({ restores: 1, said: [] });
  });

  test("that was begun anew is read from its snapshot, which is said, also where it has come as far as before", async () => {
    await followed.litestream.beginAnew();
    followed.database = newDatabase("");
    await followed.commit(insert(1));
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
    await followed.litestream.beginAnew();
    followed.database = newDatabase("");
    for (let i = 0; i < 5; i++) await followed.commit(insert(1));
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
    expect(followed.said).toEqual([
      expect.stringContaining("begun anew"),
      expect.stringContaining("begun anew"),
    ]);
  });

  test("whose page size has changed is read from its snapshot", async () => {
    await followed.litestream.beginAnew();
    followed.database = newDatabase("pragma page_size = 1024");
    await followed.commit(insert(40));
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
  });

  test("and has a gap is followed up to it, and on from the next snapshot", async () => {
    const { litestream } = followed;
    await litestream.snapshot();
    await followed.commit(insert(1));
    const before = followed.written;
    await followed.commit(insert(1), insert(1));
    await litestream.removeWhere(({ level, min }) => level === 0 && min === litestream.txid - 1);
    await followed.follow();
    expect(followed.copied).toEqual(before);
    await expect(followed.follow()).rejects.toThrow(
      `transactions ${litestream.txid - 1} to ${litestream.txid - 1} are missing`,
    );
    expect(followed.copied).toEqual(before);
    await litestream.snapshot();
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
    expect(followed.said.join()).toContain("are not in the replica any more");
  });

  test("and has a damaged file is followed up to it, which is said, and on where other files lead around it", async () => {
    const { litestream } = followed;
    await litestream.compact(1);
    await followed.commit(insert(1));
    const before = followed.written;
    await followed.commit(insert(1), insert(1));
    const key = litestream.keys.at(-2)!;
    const path = join(followed.folder, key);
    const bytes = readFileSync(path);
    bytes[bytes.length - 30]! ^= 1;
    writeFileSync(path, bytes);
    await expect(followed.reader.poll()).rejects.toThrow(`${key} cannot be read`);
    expect(followed.reader.hasNews).toBe(true);
    expect(followed.mirror.apply(followed.reader.take())).toBe(true);
    expect(followed.copied).toEqual(before);
    await litestream.compact(1);
    await followed.follow();
    expect(followed.copied).toEqual(followed.written);
    expect(followed.restores).toBe(1);
  });

  test("and is emptied stays as it was", async () => {
    const before = followed.written;
    await followed.litestream.removeWhere(() => true);
    await followed.reader.poll();
    await expect(followed.mirror.rebuild((file) => followed.reader.bringTo(file))).rejects.toThrow(
      "There is no snapshot",
    );
    expect(existsSync(followed.mirror.path)).toBe(true);
    expect(followed.copied).toEqual(before);
  });
});
