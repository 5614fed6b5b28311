import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { loadObject } from "../../../../runtime/load/inbox/load-object.ts";
import { readFileRecord, readLoads } from "../../../../runtime/load/inbox/load-record.ts";
import { plainEtag } from "../../../../runtime/load/inbox/object-event.ts";
import { removeDatabases } from "../../../../runtime/publisher/publish/publish-part.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { historyIsRight, readBack } from "../../publisher/site.ts";
import { drop as dropInto, execute, InboxSite } from "./inbox-site.ts";

const site = new InboxSite();
let store: MemoryStore;
beforeEach(async () => {
  store = await site.publish();
});
afterAll(() => site.end());

const drop = (key: string, body: string | Buffer) => dropInto(store, key, body);
const rows = (name: string, table: string) => site.rows(store, name, table);
const keys = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);
const manifest = async () => (await readPublished(store))!.manifest;

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
  expect((await manifest()).databases).toMatchObject([
    { name: "shop", origin: "typed" },
    { name: "sales", origin: "inbox", source: "sales.csv" },
  ]);
  expect(await keys("inbox")).toEqual(["inbox/sales.csv"]);
});

test.each(["inbox/events.csv", "inbox/Events/x.csv", "inbox/events-2027-01.db", "inbox/EVENTS.db"])(
  "%s does not take the name of the site's events, before there are any",
  async (key) => {
    store = await site.publish({ collection: { database: "events", rotation: "month" } });
    const record = await loadObject(store, await drop(key, "id\n1\n"));
    expect(record?.error?.message).toContain("is kept for the site's events");
    expect((await manifest()).databases).toHaveLength(1);
    expect(await keys("inbox-failed/")).toHaveLength(2);
  },
);

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
  const path = join(site.folder, "whole.db");
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
  expect((await manifest()).version).toBe(2);
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
  const etag = plainEtag(await replaced.put("inbox/b.csv", Buffer.from("x\n1\n")));
  const event = { bucket: "bucket", key: "inbox/b.csv", etag, sequencer: "ff" };
  expect(await loadObject(replaced, event)).toBeNull();
  expect((await readPublished(replaced))!.manifest.version).toBe(1);
});

test.each([
  ["inbox/notes.pdf", "%PDF-1.7 not a table", /notes\.pdf/],
  ["inbox/empty.csv", "", /empty/],
  ["inbox/shop.csv", "x\n1\n", /The database shop was published by dsl update-stack/],
  ["inbox/a/b/c.csv", "x\n1\n", /folder of a folder/],
  ["inbox/_memory.csv", "x\n1\n", /cannot be served/],
  ["inbox/broken.db", "SQLite format 3\0 and nothing more", /^broken\.db /],
  ["inbox/year/broken.db", "SQLite format 3\0 and nothing more", /^broken\.db /],
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
  expect((await manifest()).version).toBe(1);
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
  const etag = plainEtag(await empty.put("inbox/a.csv", Buffer.from("x\n1\n")));
  const event = { bucket: "b", key: "inbox/a.csv", etag, sequencer: "1" };
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
  expect(record?.status).toBe("published");
  expect(await rows("a", "a")).toEqual([[1]]);
  expect((await manifest()).version).toBe(2);
});

test("the manifest lists the last loads with their reports, once each, in the version they made", async () => {
  const sales = await drop("inbox/sales.csv", "id,city\n1,Bonn\n2,\n");
  await loadObject(store, sales);
  await loadObject(store, sales);
  expect((await manifest()).loads).toEqual([
    {
      id: sales.sequencer,
      source: "sales.csv",
      status: "published",
      at: expect.any(String),
      milliseconds: expect.any(Number),
      size: 18,
      database: "sales",
      version: 2,
      warnings: [],
      error: null,
      tables: [
        {
          table: "sales",
          format: expect.stringContaining("CSV"),
          mode: "replace",
          rows: 2,
          columnCount: 2,
          columns: [
            { name: "id", type: "INTEGER", empty: 0, dates: null },
            { name: "city", type: "TEXT", empty: 1, dates: null },
          ],
          warnings: [],
        },
      ],
    },
  ]);
});

test("loads that publish nothing are listed, and make no version", async () => {
  await loadObject(store, await drop("inbox/sales.csv", "id\n1\n"));
  await loadObject(store, await drop("inbox/sales.csv", "id\n1\n"));
  await loadObject(store, await drop("inbox/secret/b.csv", 'id\n"1'));
  const { version, loads } = await manifest();
  expect(version).toBe(2);
  expect(loads).toMatchObject([
    {
      source: "secret/b.csv",
      status: "failed",
      database: "secret",
      version: null,
      error: { line: 2 },
    },
    { source: "sales.csv", status: "unchanged", version: 2 },
    { source: "sales.csv", status: "published", version: 2 },
  ]);
  expect(await historyIsRight(store)).toBe(true);
});

test("what would take too long is given up, with the command to run instead", async () => {
  const event = await drop("inbox/a.csv", "x\n1\n");
  const record = await loadObject(store, event, Date.now() - 1);
  expect(record?.error).toMatchObject({
    code: "too_large",
    hint: expect.stringContaining("dsl convert a.csv -o "),
  });
});

test("a file that is larger than S3 copies at once stays in the inbox, with the reason in inbox-failed", async () => {
  const event = await drop("inbox/a.csv", "x\n1\n");
  const { stat } = store;
  store.stat = async (key) => {
    const facts = await stat.call(store, key);
    return facts && key === event.key ? { ...facts, size: 6 * 1024 ** 3 } : facts;
  };
  const record = await loadObject(store, event);
  expect(record?.error?.message).toMatch(
    /^a\.csv has 6\.4 GB; the inbox takes files of up to 2\.0 GB$/,
  );
  expect(await keys("inbox")).toEqual(["inbox-failed/a.csv.json", "inbox/a.csv"]);
});

test("a full disk is said of the file and not tried again", async () => {
  const event = await drop("inbox/a.csv", "x\n1\n");
  store.getRange = async () => {
    throw Object.assign(new Error("no space left on device, write"), { code: "ENOSPC" });
  };
  expect((await loadObject(store, event))?.error).toMatchObject({ code: "too_large" });
});
