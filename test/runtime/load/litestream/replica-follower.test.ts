import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { folderReplica } from "../../../../runtime/load/litestream/replica.ts";
import { ReplicaFollower } from "../../../../runtime/load/litestream/replica-follower.ts";
import { fetchPublished } from "../../../../runtime/publisher/database/fetch-published.ts";
import { prepareDatabases } from "../../../../runtime/publisher/database/prepare.ts";
import { planPublish } from "../../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../../runtime/publisher/publish/publish.ts";
import { removeDatabases } from "../../../../runtime/publisher/publish/publish-part.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { FakeLitestream, folderSink } from "./fake-litestream.ts";

const SITE = {
  config: {},
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: false, defaultDeny: false },
};

/** A site whose database was published from a replica once, and functions that follow it. */
class Site {
  readonly folder = temporaryDirectory();
  readonly litestream = new FakeLitestream(folderSink(join(this.folder, "replica")));
  readonly store = new MemoryStore();
  readonly said: string[] = [];
  /** Each transaction's content. */
  readonly states: string[] = [];
  database = new Database(":memory:");
  #environments = 0;

  async deploy(): Promise<this> {
    this.database.exec("create table t (id integer primary key, n, note)");
    await this.commit(1);
    const path = join(this.folder, "typed.db");
    this.database.exec(`vacuum into '${path}'`);
    const { databases } = await prepareDatabases([{ name: "shop", path }], {
      directory: temporaryDirectory(),
      software: "0",
      published: null,
      keepFreeSpace: false,
      indexes: null,
    });
    const action = planPublish(SITE, databases, "0", null, new Date());
    await publish(this.store, action, databases, null);
    return this;
  }

  async commit(rows: number): Promise<void> {
    const insert = this.database.prepare(
      "insert into t (n, note) values (?, hex(randomblob(300)))",
    );
    for (let i = 0; i < rows; i++) insert.run(this.states.length);
    this.database.exec("delete from t where id % 7 = 3");
    await this.litestream.sync(this.database.serialize());
    this.states.push(contentOf(this.database));
  }

  environment(): ReplicaFollower {
    const path = join(this.folder, `environment-${this.#environments++}.db`);
    const name = "litestream:s3://backups/shop.db";
    const replica = folderReplica(name, join(this.folder, "replica"));
    return new ReplicaFollower(this.store, { name: "shop", replica, path }, "0", (sentence) => {
      this.said.push(sentence);
    });
  }

  async published(): Promise<string> {
    const published = await readPublished(this.store);
    const path = join(temporaryDirectory(), "published.db");
    await fetchPublished(this.store, published!, published!.manifest.databases[0]!, path);
    const database = new Database(path, { readonly: true });
    expect(published!.manifest.databases[0]!.inspection.tables[0]!.count).toBe(
      database.prepare("select count(*) from t").pluck().get(),
    );
    return contentOf(database);
  }

  async version(): Promise<number> {
    return (await readPublished(this.store))!.manifest.version;
  }
}

function contentOf(database: Database.Database): string {
  return JSON.stringify(database.prepare("select * from t").raw().all());
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom("compact", "expire", "snapshot", "forget", "begin anew"),
  },
  // Two environments, each of which may be a new one, and both at once.
  { weight: 5, arbitrary: fc.constantFrom("one", "other", "both", "new one", "new other") },
);

test("Whatever is written, merged and begun anew, and whichever environments are called, killed and called at once: what is published is a state that the database had, never an older one than before, and the last one after a call", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
      const site = await new Site().deploy();
      const { litestream } = site;
      let one = site.environment();
      let other = site.environment();
      let last = 0;
      for (const each of [...steps, "one"]) {
        if (typeof each === "number") await site.commit(each);
        else if (each === "compact") await litestream.compact(1);
        else if (each === "expire") await litestream.expire();
        else if (each === "snapshot") await litestream.snapshot();
        else if (each === "forget") await litestream.forget();
        else if (each === "begin anew") {
          await litestream.beginAnew();
          await site.commit(1);
        } else {
          if (each === "new one") one = site.environment();
          if (each === "new other") other = site.environment();
          const called = each === "both" ? [one, other] : [each.endsWith("one") ? one : other];
          await Promise.all(called.map((follower) => follower.follow()));
          const state = site.states.lastIndexOf(await site.published());
          expect(state).toBe(site.states.length - 1);
          expect(state).toBeGreaterThanOrEqual(last);
          last = state;
          const version = await site.version();
          expect(await one.follow()).toMatchObject({ what: "up to date" });
          expect(await site.version()).toBe(version);
        }
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 6) },
  );
});

test("A new environment takes the published version and the new files, not the whole replica", async () => {
  const site = await new Site().deploy();
  await site.environment().follow();
  await site.commit(5);
  await site.litestream.snapshot();
  await site.commit(1);
  // Only what is after the published version can be read.
  await site.litestream.removeWhere(({ level }) => level === 9);
  expect(await site.environment().follow()).toMatchObject({ what: "published", version: 3 });
  expect(site.said).toEqual([]);
});

test("A database that was taken off the site stays off it", async () => {
  const site = await new Site().deploy();
  const follower = site.environment();
  await follower.follow();
  await removeDatabases(site.store, ["shop"], "0");
  await site.commit(1);
  const version = await site.version();
  expect(await follower.follow()).toEqual({ what: "not on the site" });
  expect(await site.version()).toBe(version);
});

test("Where a transaction is missing, what is before it is published, and then it is an error", async () => {
  const site = await new Site().deploy();
  const follower = site.environment();
  await follower.follow();
  await site.commit(1);
  const before = site.states.at(-1);
  await site.commit(1);
  await site.commit(1);
  const { txid } = site.litestream;
  await site.litestream.removeWhere(({ min }) => min === txid - 1);
  const outcomes = [await follower.follow().catch((error: Error) => error.message)];
  outcomes.push(await follower.follow().catch((error: Error) => error.message));
  expect(outcomes.at(-1)).toContain(`transactions ${txid - 1} to ${txid - 1} are missing`);
  expect(await site.published()).toBe(before);
});
