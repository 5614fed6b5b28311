import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { loadObject } from "../../../../runtime/load/inbox/load-object.ts";
import { readFileRecord, readLoads } from "../../../../runtime/load/inbox/load-record.ts";
import { prepareDatabases } from "../../../../runtime/publisher/database/prepare.ts";
import { planPublish } from "../../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../../runtime/publisher/publish/publish.ts";
import { removeDatabases } from "../../../../runtime/publisher/publish/publish-part.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { readBack } from "../../publisher/site.ts";

const SITE = {
  config: {},
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: false, defaultDeny: false },
};

let folder: string;
let store: MemoryStore;
let events = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dsl-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  store = new MemoryStore("bucket");
  const path = join(folder, `typed-${++events}.db`);
  execute(path, "CREATE TABLE item (a); INSERT INTO item VALUES ('typed')");
  const preparation = { directory: folder, software: "1", published: null, keepFreeSpace: false };
  const { databases } = await prepareDatabases([{ name: "shop", path }], preparation);
  await publish(store, planPublish(SITE, databases, "1", null, new Date()), databases, null);
});

function execute(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** Puts a file and gives the event of it. */
async function drop(key: string, body: string | Buffer) {
  await store.put(key, Buffer.from(body as string));
  return { bucket: "bucket", key, sequencer: (++events).toString(16).padStart(16, "0") };
}

async function rows(name: string, table: string): Promise<unknown[]> {
  const { files } = await readBack(store);
  const path = join(folder, `read-${++events}.db`);
  await writeFile(path, files.get(name)!);
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(`SELECT * FROM "${table}"`).raw().all();
  } finally {
    database.close();
  }
}

const keys = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);

test("a file becomes a database of its name, and all else stays", async () => {
  const record = await loadObject(
    store,
    await drop("inbox/sales.csv", "id,city\n1,Bonn\n2,Köln\n"),
  );
  expect(record).toMatchObject({
    status: "published",
    database: "sales",
    version: 2,
    tables: [{ table: "sales", rows: 2 }],
    error: null,
  });
  expect(await rows("sales", "sales")).toEqual([
    [1, "Bonn"],
    [2, "Köln"],
  ]);
  const { manifest } = (await readPublished(store))!;
  expect(manifest.databases).toMatchObject([
    { name: "shop", origin: "typed" },
    { name: "sales", origin: "inbox", source: "sales.csv" },
  ]);
  expect(await keys("inbox")).toEqual(["inbox/sales.csv"]);
});

test("files of a folder become tables of one database, also those that come at the same time", async () => {
  const dropped = [
    await drop("inbox/year/a.csv", "x\n1\n"),
    await drop("inbox/year/b.csv", "x\n2\n"),
    await drop("inbox/year/c.csv", "x\n3\n"),
  ];
  await Promise.all(dropped.map((event) => loadObject(store, event)));
  expect([await rows("year", "a"), await rows("year", "b"), await rows("year", "c")]).toEqual([
    [[1]],
    [[2]],
    [[3]],
  ]);
});

test("a file that is dropped again replaces its table, and what it deleted is gone", async () => {
  await loadObject(store, await drop("inbox/year/a.csv", "x\nfirst-content\n"));
  await loadObject(store, await drop("inbox/year/b.csv", "x\n2\n"));
  await loadObject(store, await drop("inbox/year/a.csv", "x\nsecond\n"));
  expect(await rows("year", "a")).toEqual([["second"]]);
  expect(await rows("year", "b")).toEqual([[2]]);
  expect((await readBack(store)).files.get("year")!.includes("first-content")).toBe(false);
});

test("an SQLite file is the whole database", async () => {
  const path = join(folder, "whole.db");
  execute(path, "CREATE TABLE t (a); INSERT INTO t VALUES ('whole')");
  await loadObject(store, await drop("inbox/whole.db", await readFile(path)));
  expect(await rows("whole", "t")).toEqual([["whole"]]);
});

test("an event that comes twice, or late, does nothing", async () => {
  const first = await drop("inbox/a.csv", "x\n1\n");
  const second = await drop("inbox/a.csv", "x\n2\n");
  expect(await loadObject(store, second)).toMatchObject({ status: "published", version: 2 });
  expect(await loadObject(store, second)).toBeNull();
  expect(await loadObject(store, first)).toBeNull();
  expect(await rows("a", "a")).toEqual([[2]]);
  expect((await readPublished(store))!.manifest.version).toBe(2);
});

test("the same file again publishes no new version, but one that was removed comes back", async () => {
  await loadObject(store, await drop("inbox/a.csv", "x\n1\n"));
  const again = await loadObject(store, await drop("inbox/a.csv", "x\n1\n"));
  expect(again).toMatchObject({ status: "unchanged", version: 2 });
  await removeDatabases(store, ["a"], "1");
  const back = await loadObject(store, await drop("inbox/a.csv", "x\n1\n"));
  expect(back).toMatchObject({ status: "published", version: 4 });
});

test("a file that is gone or replaced before it is loaded is left to its own event", async () => {
  const gone = await drop("inbox/a.csv", "x\n1\n");
  await store.delete(["inbox/a.csv"]);
  expect(await loadObject(store, gone)).toBeNull();

  class Replaced extends MemoryStore {
    override async getRange(key: string, start: number, length: number) {
      const piece = await super.getRange(key, start, length);
      await this.put(key, Buffer.from("x\n2\n"));
      return piece;
    }
  }
  const replaced = new Replaced();
  for (const { key } of await store.list("")) await replaced.put(key, (await store.get(key))!.body);
  await replaced.put("inbox/b.csv", Buffer.from("x\n1\n"));
  const event = { bucket: "bucket", key: "inbox/b.csv", sequencer: "ff" };
  expect(await loadObject(replaced, event)).toBeNull();
  expect((await readPublished(replaced))!.manifest.version).toBe(1);
});

test.each([
  ["inbox/notes.pdf", "%PDF-1.7 not a table", /notes\.pdf/],
  ["inbox/empty.csv", "", /empty/],
  ["inbox/shop.csv", "x\n1\n", /The database shop was published by dsl update-stack/],
  ["inbox/a/b/c.csv", "x\n1\n", /folder of a folder/],
  ["inbox/_memory.csv", "x\n1\n", /cannot be served/],
  ["inbox/broken.db", "SQLite format 3\0 and nothing more", /broken\.db|file/],
])("%s goes to inbox-failed with the reason, and the site stays", async (key, body, reason) => {
  const record = await loadObject(store, await drop(key, body));
  expect(record).toMatchObject({
    status: "failed",
    error: { message: expect.stringMatching(reason) },
  });
  const target = key.replace("inbox/", "inbox-failed/");
  expect(await keys("inbox")).toEqual([target, `${target}.json`]);
  const beside = JSON.parse((await store.get(`${target}.json`))!.body.toString());
  expect(beside.error).toEqual(record!.error);
  expect(await readFileRecord(store, key)).toEqual(record);
  expect((await readPublished(store))!.manifest.version).toBe(1);
});

test("loads are listed newest first, the failed ones among them", async () => {
  await loadObject(store, await drop("inbox/a.csv", "x\n1\n"));
  await loadObject(store, await drop("inbox/b.pdf", "%PDF"));
  const loads = await readLoads(store, 10);
  expect(loads.map(({ key, status }) => `${key}: ${status}`)).toEqual([
    "inbox/b.pdf: failed",
    "inbox/a.csv: published",
  ]);
});

test("a bucket without a site lets the event come again, and leaves the file where it is", async () => {
  const empty = new MemoryStore();
  await empty.put("inbox/a.csv", Buffer.from("x\n1\n"));
  const event = { bucket: "b", key: "inbox/a.csv", sequencer: "1" };
  await expect(loadObject(empty, event)).rejects.toThrow("Nothing is published");
  expect((await empty.list("inbox")).map(({ key }) => key)).toEqual(["inbox/a.csv"]);
});

test("S3 failing half-way is thrown; the event that comes again does it", async () => {
  const event = await drop("inbox/a.csv", "x\n1\n");
  const { put, putIf } = store;
  for (const broken of ["blocks/", "indexes/", "manifest", "loads/"]) {
    store.put = async (key: string, body: Uint8Array) => {
      if (key.startsWith(broken)) throw new Error("503");
      return put.call(store, key, body);
    };
    store.putIf = async (condition, key, body) => {
      if (key.startsWith(broken)) throw new Error("503");
      return putIf.call(store, condition, key, body);
    };
    await expect(loadObject(store, event)).rejects.toThrow("503");
  }
  store.put = put;
  store.putIf = putIf;
  const record = await loadObject(store, event);
  expect(record?.status).toMatch(/^(published|unchanged)$/);
  expect(await rows("a", "a")).toEqual([[1]]);
  expect((await readPublished(store))!.manifest.version).toBe(2);
});
