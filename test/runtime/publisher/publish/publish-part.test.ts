import { hash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BLOCK_SIZE, historyKey, type Origin } from "../../../../runtime/core/format/manifest.ts";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import type { Condition } from "../../../../runtime/core/store/object-store.ts";
import { hashFile } from "../../../../runtime/publisher/database/hash-file.ts";
import type { DatabaseFacts } from "../../../../runtime/publisher/facts.ts";
import { planPublish } from "../../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../../runtime/publisher/publish/publish.ts";
import {
  publishPart,
  removeDatabases,
} from "../../../../runtime/publisher/publish/publish-part.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { readBack } from "../site.ts";

const SITE = {
  config: { databases: {} },
  metadata: { title: "Shop" },
  settings: {},
  flags: { cors: true, crossdb: false, defaultDeny: false },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dsl-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Publishing does not look into a file, so any bytes will do. */
async function found(name: string, bytes: Buffer = randomBytes(1000)): Promise<DatabaseFacts> {
  const snapshot = join(folder, `${name}-${hash("md5", bytes)}.db`);
  await writeFile(snapshot, bytes);
  const inspection = { tables: [], views: [], summaries: null };
  return {
    name,
    source: `${name}.csv`,
    snapshot,
    ...(await hashFile(snapshot)),
    hot: null,
    inspection,
    zippedSize: 0,
  };
}

async function publishTyped(store: MemoryStore, ...databases: DatabaseFacts[]) {
  const published = await readPublished(store);
  const action = planPublish(SITE, databases, "1.0.0", published, new Date());
  return publish(store, action, databases, published);
}

/** "name: origin" of what is published; every byte of it is read and checked. */
async function publishedIn(store: MemoryStore): Promise<string[]> {
  const { manifest } = await readBack(store);
  return manifest.databases.map(({ name, origin }) => `${name}: ${origin}`);
}

test("a part of the site is published, and all the rest stays as it is", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const before = (await readPublished(store))!.manifest;
  const result = await publishPart(
    store,
    { origin: "inbox", databases: [await found("sales")] },
    "1.0.0",
  );
  expect(result).toMatchObject({ version: 2, blocksUploaded: 1 });
  const { manifest } = await readBack(store);
  expect(manifest).toMatchObject({ metadata: SITE.metadata, flags: SITE.flags });
  expect(manifest.databases[0]).toEqual(before.databases[0]);
  expect(manifest.databases[1]).toMatchObject({
    name: "sales",
    origin: "inbox",
    source: "sales.csv",
  });
});

test("cards go with the content that they were drawn of", async () => {
  const store = new MemoryStore();
  const card = { table: null, id: "ab".repeat(32) };
  await publishTyped(store, { ...(await found("shop")), cards: [card] });
  const sales = await found("sales");
  const part = { origin: "inbox" as const, databases: [{ ...sales, cards: [card] }] };
  await publishPart(store, part, "1.0.0");
  const cards = async () =>
    (await readPublished(store))!.manifest.databases.map((each) => each.cards);
  expect(await cards()).toEqual([[card], [card]]);
  // As the Lambdas do, which cannot draw.
  const changed = { origin: "inbox" as const, databases: [await found("sales")] };
  await publishPart(store, changed, "1.0.0");
  expect(await cards()).toEqual([[card], undefined]);
});

test("the same part again changes nothing", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const sales = await found("sales");
  await publishPart(store, { origin: "inbox", databases: [sales] }, "1.0.0");
  const { version } = await publishPart(store, { origin: "inbox", databases: [sales] }, "1.0.0");
  expect(version).toBe(2);
});

test("what came from elsewhere survives an update that does not have it", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"), await found("old"));
  await publishPart(store, { origin: "inbox", databases: [await found("sales")] }, "1.0.0");
  await publishTyped(store, await found("shop"));
  expect(await publishedIn(store)).toEqual(["shop: typed", "sales: inbox"]);
});

test("a name of another origin is refused, and nothing is changed", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const part = { origin: "inbox" as const, databases: [await found("shop")] };
  await expect(publishPart(store, part, "1.0.0")).rejects.toMatchObject({ code: "name_taken" });
  expect((await readPublished(store))?.manifest.version).toBe(1);
});

test("a database is taken off the site", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  await publishPart(store, { origin: "inbox", databases: [await found("sales")] }, "1.0.0");
  await removeDatabases(store, ["sales"], "1.0.0");
  expect(await publishedIn(store)).toEqual(["shop: typed"]);
});

test("there must be a site to publish a part of", async () => {
  const part = { origin: "inbox" as const, databases: [await found("sales")] };
  await expect(publishPart(new MemoryStore("bucket"), part, "1.0.0")).rejects.toThrow(
    "Nothing is published in bucket yet",
  );
});

test("a block list that is lost is put back when its database is published again", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const sales = await found("sales");
  await publishPart(store, { origin: "inbox", databases: [sales] }, "1.0.0");
  const index = (await readPublished(store))!.manifest.databases[1]!.index;
  const [lost] = (await store.list("indexes/")).filter(({ key }) => key.includes(index));
  await store.delete([lost!.key]);
  await publishPart(store, { origin: "inbox", databases: [sales] }, "1.0.0");
  expect(await publishedIn(store)).toEqual(["shop: typed", "sales: inbox"]);
});

test("many publishers at once: everything arrives, each version is in the history", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const origins: Exclude<Origin, "typed">[] = ["inbox", "collect", "follow"];
  const parts = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => ({
      origin: origins[i % 3]!,
      databases: [await found(`part${i}`, randomBytes(i === 0 ? 2 * BLOCK_SIZE + 5 : 500))],
    })),
  );
  await Promise.all(parts.map((part) => publishPart(store, part, "1.0.0")));
  const { manifest } = await readBack(store);
  expect(manifest.version).toBe(13);
  expect(new Set(await publishedIn(store))).toEqual(
    new Set(["shop: typed", ...parts.map((part, i) => `part${i}: ${part.origin}`)]),
  );
  for (let version = 1; version <= 13; version++) {
    expect((await readBack(store, historyKey(version))).manifest.version).toBe(version);
  }
});

test("whoever loses the race starts again from what the winner published", async () => {
  const rival = await found("rival");
  class SlowStore extends MemoryStore {
    raced = false;
    override async putIf(condition: Condition, key: string, body: Uint8Array) {
      if (!this.raced) {
        this.raced = true;
        await publishPart(this, { origin: "collect", databases: [rival] }, "1.0.0");
      }
      return super.putIf(condition, key, body);
    }
  }
  const store = new SlowStore();
  store.raced = true;
  await publishTyped(store, await found("shop"));
  store.raced = false;
  await publishPart(store, { origin: "inbox", databases: [await found("sales")] }, "1.0.0");
  expect(await publishedIn(store)).toEqual(["shop: typed", "rival: collect", "sales: inbox"]);
});

test("a publisher that comes too late by two versions leaves the history as it is", async () => {
  class LateStore extends MemoryStore {
    before: (() => Promise<unknown>) | null = null;
    override async putIf(condition: Condition, key: string, body: Uint8Array) {
      await this.#wait(key);
      return super.putIf(condition, key, body);
    }
    override async put(key: string, body: Uint8Array) {
      await this.#wait(key);
      return super.put(key, body);
    }
    async #wait(key: string) {
      const { before } = this;
      if (before === null || !key.startsWith("manifests/")) return;
      this.before = null;
      await before();
    }
  }
  const store = new LateStore();
  await publishTyped(store, await found("shop"));
  const rivals = [await found("first"), await found("second")];
  store.before = async () => {
    for (const rival of rivals) {
      await publishPart(store, { origin: "collect", databases: [rival] }, "1.0.0");
    }
  };
  await publishPart(store, { origin: "inbox", databases: [await found("late")] }, "1.0.0");
  const names = async (version: number) =>
    (await readBack(store, historyKey(version))).manifest.databases.map(({ name }) => name);
  expect(await names(2)).toEqual(["shop", "first"]);
  expect(await names(3)).toEqual(["shop", "first", "second"]);
  expect(await names(4)).toEqual(["shop", "first", "second", "late"]);
});

test("what a publisher that was killed left in the history is put right by the next ones", async () => {
  const store = new MemoryStore();
  await publishTyped(store, await found("shop"));
  const current = (await store.get("manifest.json"))!.body;
  await store.put(historyKey(1), Buffer.from("never current"));
  await store.put(historyKey(2), Buffer.from("never current"));
  await publishPart(store, { origin: "inbox", databases: [await found("sales")] }, "1.0.0");
  expect((await store.get(historyKey(1)))!.body).toEqual(current);
  expect((await readBack(store, historyKey(2))).manifest.version).toBe(2);
});
