import { expect, test } from "vitest";
import { newRequestId } from "../../../../runtime/load/events/event-message.ts";
import { LakeSite, message } from "./lake-site.ts";

const NOW = new Date("2026-11-21T23:59:50Z");

test("a batch is a Parquet file a table, below the day on which it was loaded", async () => {
  const site = await LakeSite.make();
  await site.loader()([message([{ n: 1, items: [{ sku: "x" }, { sku: "y" }] }])], NOW);
  expect(await site.files("orders")).toEqual([
    "lake/orders/day=2026-11-21/events-1795305590.000000.parquet",
  ]);
  expect(await site.rows("orders", "n")).toEqual([[1n]]);
  const [[id]] = (await site.rows("orders", "_dlt_id")) as [[string]];
  expect(await site.rows("orders__items", "sku", "_dlt_parent_id", "_dlt_list_idx")).toEqual([
    ["x", id, 0n],
    ["y", id, 1n],
  ]);
});

test("values keep their types; points in time are microseconds", async () => {
  const site = await LakeSite.make();
  const event = {
    whole: 2,
    large: 1234567890123456,
    part: 0.5,
    yes: true,
    no: false,
    text: "ä\u{1f600}",
    at: "2026-11-21T10:00:00.123456+01:00",
    old: "0001-01-01T00:00:00Z",
  };
  await site.loader()([message([event, {}])]);
  expect(await site.rows("orders", ...Object.keys(event))).toEqual([
    [
      2n,
      1234567890123456n,
      0.5,
      true,
      false,
      "ä\u{1f600}",
      BigInt(Date.parse("2026-11-21T09:00:00.123Z")) * 1000n + 456n,
      BigInt(Date.parse("0001-01-01T00:00:00Z")) * 1000n,
    ],
    Object.keys(event).map(() => null),
  ]);
});

test("a second delivery, in another batch or by another loader, changes nothing", async () => {
  const site = await LakeSite.make();
  const [first, second, third] = [{ n: 1 }, { n: 2 }, { n: 3 }].map((event) => message([event]));
  const load = site.loader();
  await load([first!, second!]);
  const before = await site.files("orders");
  await load([second!, first!]);
  await site.loader()([first!]);
  expect(await site.files("orders")).toEqual(before);
  await site.loader()([second!, third!]);
  expect((await site.rows("orders", "n")).toSorted()).toEqual([[1n], [2n], [3n]]);
});

test("who is killed between publishing and the lake is made up for by whoever loads next", async () => {
  const site = await LakeSite.make();
  const put = site.store.put.bind(site.store);
  site.store.put = (key, body) =>
    key.startsWith("lake/orders__") ? Promise.reject(new Error("killed")) : put(key, body);
  const body = message([{ n: 1, items: [1, 2] }]);
  await expect(site.loader()([body])).rejects.toThrow("killed");
  site.store.put = put;
  // The same message again, and others.
  await site.loader()([body, message([{ n: 2, items: [3] }])]);
  expect((await site.rows("orders", "n")).toSorted()).toEqual([[1n], [2n]]);
  expect((await site.rows("orders__items", "value")).toSorted()).toEqual([[1n], [2n], [3n]]);
});

test("a batch that is not published is not in the lake", async () => {
  const site = await LakeSite.make();
  const load = site.loader();
  await load([message([{ n: 1 }])]);
  const putIf = site.store.putIf.bind(site.store);
  site.store.putIf = () => Promise.reject(new Error("S3 is away"));
  await expect(load([message([{ n: 2 }])])).rejects.toThrow("S3 is away");
  site.store.putIf = putIf;
  await load([message([{ n: 3 }])]);
  expect(await site.rows("orders", "n")).toEqual([[1n], [3n]]);
});

test("nor is what was made for the month before, in the batch that begins a month", async () => {
  const site = await LakeSite.make();
  const november = (n: number) => message([{ n }], { database: "events-2026-11" });
  const december = message([{ n: 10 }], { database: "events-2026-12" });
  const load = site.loader();
  await load([november(1)]);
  const putIf = site.store.putIf.bind(site.store);
  site.store.putIf = (condition, key, body) =>
    key === "manifest.json" ? Promise.reject(new Error("away")) : putIf(condition, key, body);
  const late = november(2);
  await expect(load([late, december])).rejects.toThrow("away");
  site.store.putIf = putIf;
  // Delivered again, in another composition and each by another loader.
  await site.loader()([december]);
  await site.loader()([late, november(3)]);
  const numbers = (await site.rows("orders", "n")).map(([n]) => Number(n));
  expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 10]);
});

test("loaders at once: each event once, whoever wins", async () => {
  const site = await LakeSite.make();
  const loaders = [site.loader(), site.loader(), site.loader()];
  for (let round = 0; round < 4; round++) {
    const now = new Date();
    await Promise.all(loaders.map((load, i) => load([message([{ n: round * 3 + i }])], now)));
  }
  const numbers = (await site.rows("orders", "n")).map(([n]) => Number(n));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
});

test("columns are added and keep their types, also where another database has another one", async () => {
  const site = await LakeSite.make();
  const load = site.loader("events-2026-11");
  await load([message([{ a: 1 }])]);
  await load([message([{ a: "x", b: 1, day: "Monday" }])]);
  await site.loader("others")([message([{ a: "y", b: 0.5 }])]);
  const columns = site.schema?.tables.get("orders") ?? [];
  expect(columns.filter(({ from }) => !from.startsWith("_"))).toEqual([
    { name: "a", type: "bigint", from: "a" },
    { name: "a__v_text", type: "text", from: "a__v_text" },
    { name: "b", type: "bigint", from: "b" },
    { name: "day__v_text", type: "text", from: "day" },
    { name: "a__v_text__v_text", type: "text", from: "a" },
    { name: "b__v_double", type: "double", from: "b" },
  ]);
  expect(
    await site.rows("orders", "a", "a__v_text", "a__v_text__v_text", "b", "b__v_double"),
  ).toEqual([
    [1n, null, null, null, null],
    [null, "x", null, 1n, null],
    [null, null, "y", null, 0.5],
  ]);
});

test("of rows that are written over each state is kept, the last one by its id", async () => {
  const site = await LakeSite.make();
  const load = site.loader();
  const write = (second: number, events: unknown[]) =>
    message(events, {
      id: newRequestId(new Date(Date.UTC(2026, 0, 1, 0, 0, second))),
      table: "users",
      write: "upsert",
      key: ["id"],
    });
  await load([
    write(1, [
      { id: 1, name: "Ada" },
      { id: 2, name: "Bob" },
    ]),
  ]);
  await load([write(2, [{ id: 1, name: "Ada L." }, { id: 3 }])]);
  expect(await site.rows("users", "id", "name")).toEqual([
    [1n, "Ada"],
    [2n, "Bob"],
    [1n, "Ada L."],
    [3n, null],
  ]);
});

test("a catalog that is away holds nothing up, and is told the next time", async () => {
  const site = await LakeSite.make();
  const load = site.loader();
  site.catalogIsAway = true;
  await load([message([{ n: 1 }])]);
  expect(await site.rows("orders", "n")).toEqual([[1n]]);
  site.catalogIsAway = false;
  await load([message([{ n: 2 }])]);
  expect(site.schema?.tables.has("orders")).toBe(true);
});
