import { afterAll, beforeEach, expect, test } from "vitest";
import type { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { type EventMessage, newRequestId } from "../../../../runtime/load/events/event-message.ts";
import { LIMITS } from "../../../../runtime/load/events/limits.ts";
import { loadBatch } from "../../../../runtime/load/events/load-batch.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { Collecting, emptySite, message } from "../collecting.ts";

const collecting = new Collecting();
let store: MemoryStore;
beforeEach(async () => {
  store = await emptySite();
});
afterAll(() => collecting.remove());

const newCopies = () => collecting.newCopies();

function load(bodies: string[], copies = newCopies(), contracts: string[] = []) {
  const rules = { contracts: parseContracts(contracts), limits: LIMITS };
  return loadBatch({ store, copies, database: "events", rules, lake: null }, bodies, new Date());
}

const query = (sql: string) => collecting.query(store, sql);

test("events become tables, and a second delivery changes nothing", async () => {
  const body = message([
    { customer: { name: "Ada" }, items: [{ sku: "x", n: 2 }, { sku: "y" }] },
    { customer: { name: "Bob" }, paid: true },
  ]);
  expect(await load([body])).toMatchObject({ loaded: 2, version: 2 });
  expect(await load([body, body])).toMatchObject({ loaded: 0, repeated: 4, version: 2 });
  expect(await query("SELECT customer__name, paid FROM orders")).toEqual([
    ["Ada", null],
    ["Bob", 1],
  ]);
  expect(
    await query(
      "SELECT customer__name, sku, n FROM orders JOIN orders__items ON orders._dlt_id = _dlt_parent_id",
    ),
  ).toEqual([
    ["Ada", "x", 2],
    ["Ada", "y", null],
  ]);
  expect(await query("SELECT count(*), min(status) FROM _dlt_loads")).toEqual([[1, 0]]);
});

test("the tables grow batch by batch, and say their types themselves", async () => {
  const copies = newCopies();
  await load([message([{ a: 1 }])], copies);
  await load([message([{ a: "x", b: 0.5, c: "2026-11-21T10:00:00Z", d: [1] }])], copies);
  // Another environment, that starts from what is published.
  await load([message([{ a: "y", b: 7, c: 0 }])]);
  const columns = await query("SELECT name, type FROM pragma_table_info('orders')");
  expect(columns.filter(([name]) => !String(name).startsWith("_"))).toEqual([
    ["a", "BIGINT"],
    ["a__v_text", "TEXT"],
    ["b", "DOUBLE"],
    ["c", "TIMESTAMP"],
  ]);
  expect(await query("SELECT a, a__v_text, b, c FROM orders")).toEqual([
    [1, null, null, null],
    [null, "x", 0.5, "2026-11-21T10:00:00+00:00"],
    [null, "y", 7, "1970-01-01T00:00:00+00:00"],
  ]);
  const { manifest } = (await readPublished(store))!;
  const counts = manifest.databases[0]?.inspection.tables.map(({ name, count }) => [name, count]);
  expect(counts).toEqual([
    ["_dlt_loads", 3],
    ["orders", 3],
    ["orders__d", 1],
  ]);
});

test("two loaders at once: each event once, whoever wins", async () => {
  const loaders = [newCopies(), newCopies(), newCopies()];
  for (let round = 0; round < 4; round++) {
    await Promise.all(loaders.map((copies, i) => load([message([{ round, i }])], copies)));
  }
  expect(await query("SELECT count(*), count(DISTINCT round || i) FROM orders")).toEqual([
    [12, 12],
  ]);
});

test("a batch that cannot be published leaves nothing behind, neither in the bucket nor in the copy", async () => {
  const copies = newCopies();
  await load([message([{ n: 1 }])], copies);
  const put = store.putIf.bind(store);
  store.putIf = () => Promise.reject(new Error("S3 is away"));
  await expect(load([message([{ n: 2, other: 1 }])], copies)).rejects.toThrow("S3 is away");
  store.putIf = put;
  await load([message([{ n: 3 }])], copies);
  expect(await query("SELECT n FROM orders")).toEqual([[1], [3]]);
  expect(await query("SELECT name FROM pragma_table_info('orders') WHERE name = 'other'")).toEqual(
    [],
  );
});

test("what a contract refuses is handed back with its reason, and the others of its message are loaded", async () => {
  const copies = newCopies();
  await load([message([{ n: 1 }])], copies);
  const body = message([{ n: 2 }, { n: 3, more: 1 }, { n: "x" }, { n: 4 }]);
  const { loaded, refused } = await load([body], copies, ["freeze"]);
  expect(loaded).toBe(2);
  expect(refused.map(({ index, code }) => [index, code])).toEqual([
    [1, "frozen"],
    [2, "frozen"],
  ]);
  expect(await query("SELECT n FROM orders ORDER BY n")).toEqual([[1], [2], [4]]);
});

test("no name that a client chooses comes in the way of another table's index", async () => {
  const copies = newCopies();
  await load([message([{ a: 1 }], { table: "idx_orders__items__dlt_parent_id" })], copies);
  await load([message([{ a: 1 }], { table: "orders__items _dlt_parent_id" })], copies);
  const { loaded, refused } = await load([message([{ items: [1] }])], copies);
  expect({ loaded, refused }).toEqual({ loaded: 1, refused: [] });
});

test("a message that is none is named, and does the others no harm", async () => {
  const { loaded, broken } = await load(["{", message([{ n: 1 }]), "[]"]);
  expect(loaded).toBe(1);
  expect(broken.map(({ index }) => index)).toEqual([0, 2]);
});

test("Datasette's writes: a table with a key, rows that are ignored, refused, written over", async () => {
  const at = (second: number) => newRequestId(new Date(Date.UTC(2026, 0, 1, 0, 0, second)));
  const write = (second: number, events: unknown[], given: Partial<EventMessage>) =>
    message(events, { id: at(second), table: "users", ...given });
  const copies = newCopies();
  await load(
    [write(1, [{ id: 1, name: "Ada", tags: ["x"] }], { write: "insert", key: ["id"] })],
    copies,
  );
  const { refused } = await load(
    [write(2, [{ id: 1 }, { name: "?" }], { write: "insert" })],
    copies,
  );
  expect(refused.map(({ code }) => code)).toEqual(["conflict", "no_key"]);
  await load([write(3, [{ id: 1, name: "Eve" }, { id: 2 }], { write: "ignore" })], copies);
  expect(await query("SELECT id, name, tags FROM users")).toEqual([
    [1, "Ada", '["x"]'],
    [2, null, null],
  ]);
  const upsert = write(5, [{ id: 1, name: "Ada L." }], { write: "upsert" });
  await load([upsert], copies);
  // Taken before the upsert, delivered after it; and the upsert once more.
  await load([write(4, [{ id: 1, name: "late" }], { write: "upsert" }), upsert], copies);
  await load([write(6, [{ id: 2, name: "Bob" }], { write: "replace" })], copies);
  expect(await query("SELECT id, name, tags FROM users")).toEqual([
    [1, "Ada L.", '["x"]'],
    [2, "Bob", null],
  ]);
});

test("only the blocks that a batch has changed are sent, and only those of others are fetched", async () => {
  const copies = newCopies();
  const events = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ i, text: `${i}`.repeat(40) }));
  await load([message(events(20_000))], copies);
  const size = () =>
    readPublished(store).then((published) => published!.manifest.databases[0]!.size);
  expect(await size()).toBeGreaterThan(4 * 1024 * 1024);
  const sent: string[] = [];
  const put = store.put.bind(store);
  store.put = (key, ...rest) => {
    if (key.startsWith("blocks/")) sent.push(key);
    return put(key, ...rest);
  };
  await load([message(events(50))], copies);
  expect(sent.length).toBeLessThanOrEqual(3);
  const fetched: string[] = [];
  const get = store.get.bind(store);
  store.get = (key) => {
    if (key.startsWith("blocks/")) fetched.push(key);
    return get(key);
  };
  await load([message(events(50))], newCopies());
  const all = fetched.length;
  fetched.length = 0;
  await load([message(events(50))], copies);
  expect(fetched.length).toBeLessThanOrEqual(3);
  expect(all).toBeGreaterThan(3);
});
