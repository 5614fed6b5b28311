import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { MANIFEST_KEY } from "../../../runtime/core/format/manifest.ts";
import { MemoryStore } from "../../../runtime/core/store/memory-store.ts";
import type { DatabaseFacts } from "../../../runtime/publisher/facts.ts";
import { planPublish } from "../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../runtime/publisher/publish/publish.ts";
import { readPublished } from "../../../runtime/publisher/publish/published.ts";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { FollowedPublisher } from "../../../src/watch/publish-followed.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

const SITE = {
  config: {},
  metadata: { title: "Mine" },
  settings: {},
  flags: { cors: true, crossdb: false, defaultDeny: false },
};

/** A site with a database that was typed, and what it is after more commits. */
async function site() {
  const path = join(temporaryDirectory(), "shop.db");
  const writer = new Database(path);
  writer.pragma("journal_mode = WAL");
  writer.exec("create table t (n)");
  const follower = new Follower("shop", new LiveSource(path), `${path}-mirror`);
  const commit = async (n: number): Promise<DatabaseFacts> => {
    writer.prepare("insert into t values (?)").run(n);
    await follower.look();
    return follower.take();
  };
  const store = new MemoryStore();
  const first = await commit(0);
  await publish(store, planPublish(SITE, [first], "0", null, new Date()), [first], null);
  return { store, commit };
}

function newPublisher(keep: { versions: number } | null = null) {
  return new FollowedPublisher("0", { who: "anna", what: "watch" }, keep);
}

async function publishNow(
  publisher: FollowedPublisher,
  store: MemoryStore,
  commit: () => Promise<DatabaseFacts>,
) {
  await publisher.findCurrent(store);
  return publisher.publish(store, [await commit()]);
}

test("a typed database is followed from then on, everything else stays, and --keep is remembered", async () => {
  const { store, commit } = await site();
  await publishNow(newPublisher({ versions: 50 }), store, () => commit(1));
  await publishNow(newPublisher(), store, () => commit(2));
  const manifest = (await readPublished(store))!.manifest;
  expect(manifest).toMatchObject({ version: 3, ...SITE, keep: { versions: 50 } });
  expect(manifest.databases).toMatchObject([{ name: "shop", origin: "follow" }]);
  expect(manifest.databases[0]!.inspection.tables).toMatchObject([{ name: "t", count: 3 }]);
});

test("what is current is read once; a version costs no listing", async () => {
  const { store, commit } = await site();
  const publisher = newPublisher();
  await publishNow(publisher, store, () => commit(1));
  let listings = 0;
  const list = store.list.bind(store);
  store.list = (prefix) => {
    listings++;
    return list(prefix);
  };
  for (let n = 2; n < 6; n++) await publishNow(publisher, store, () => commit(n));
  expect(listings).toBe(0);
  expect((await readPublished(store))?.manifest.version).toBe(6);
});

test("another follower's version is not replaced: the error says whose it is, and its exit code is 3", async () => {
  const { store, commit } = await site();
  const [one, other] = [newPublisher(), newPublisher()];
  await publishNow(one, store, () => commit(1));
  await publishNow(other, store, () => commit(2));
  await expect(publishNow(one, store, () => commit(3))).rejects.toMatchObject({
    code: "publish_conflict",
  });
  await expect(publishNow(one, store, () => commit(4))).rejects.toMatchObject({
    code: "followed_elsewhere",
    exitCode: 3,
    message: expect.stringContaining("watch by anna"),
  });
});

test("a version whose answer got lost is this one's own", async () => {
  const { store, commit } = await site();
  const publisher = newPublisher();
  await publishNow(publisher, store, () => commit(1));
  const putIf = store.putIf.bind(store);
  store.putIf = async (...put) => {
    const etag = await putIf(...put);
    if (put[1] === MANIFEST_KEY) throw new Error("the network is gone");
    return etag;
  };
  await expect(publishNow(publisher, store, () => commit(2))).rejects.toThrow("network");
  store.putIf = putIf;
  const { version } = await publishNow(publisher, store, () => commit(3));
  expect(version).toBe(4);
});
