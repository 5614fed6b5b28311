import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { databaseAt, isReserved } from "../../../../runtime/core/format/collection.ts";
import type { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { type EventMessage, requestIdOf } from "../../../../runtime/load/events/event-message.ts";
import { LIMITS } from "../../../../runtime/load/events/limits.ts";
import { loadBatch } from "../../../../runtime/load/events/load-batch.ts";
import { neighboursOf } from "../../../../runtime/load/events/neighbours.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { Collecting, emptySite, message } from "../collecting.ts";

const OCTOBER = "events-2026-10";
const NOVEMBER = "events-2026-11";

const collecting = new Collecting();
let store: MemoryStore;
beforeEach(async () => {
  store = await emptySite({ database: "events", rotation: "month" });
});
afterAll(() => collecting.remove());

function load(bodies: string[], copies = collecting.newCopies(), contracts: string[] = []) {
  const rules = { contracts: parseContracts(contracts), limits: LIMITS };
  return loadBatch({ store, copies, database: "events", rules, lake: null }, bodies, new Date());
}

const of = (database: string, events: unknown[], given: Partial<EventMessage> = {}) =>
  message(events, { database, ...given });

const numbers = async (database: string) =>
  (await collecting.query(store, "SELECT n FROM orders ORDER BY n", database)).flat();

test.each([
  ["2026-10-31T23:59:59.999Z", OCTOBER],
  ["2026-11-01T00:00:00.000Z", NOVEMBER],
  ["2026-10-31T23:30:00.000-02:00", NOVEMBER],
])("an event of %s goes into %s", (time, database) => {
  expect(databaseAt({ database: "events", rotation: "month" }, new Date(time))).toBe(database);
  expect(databaseAt({ database: "events", rotation: "never" }, new Date(time))).toBe("events");
});

test("the names of all months are kept for events, in whatever letters", () => {
  const monthly = { database: "events", rotation: "month" } as const;
  const kept = ["events", "Events", "events-2031-01", "EVENTS-2026-12"];
  const free = ["events-2026-13", "events-2026", "events-2026-11-x", "my-events-2026-11"];
  expect(kept.filter((name) => !isReserved(monthly, name))).toEqual([]);
  expect(free.filter((name) => isReserved(monthly, name))).toEqual([]);
  expect(isReserved({ ...monthly, rotation: "never" }, NOVEMBER)).toBe(false);
});

test("events of two months are two databases, online with one version; an old month is what it was", async () => {
  const copies = collecting.newCopies();
  await load([of(OCTOBER, [{ n: 1 }])], copies);
  const late = [of(NOVEMBER, [{ n: 3 }]), of(OCTOBER, [{ n: 2 }])];
  expect(await load(late, copies)).toMatchObject({ loaded: 2, version: 3 });
  expect(await load(late, copies)).toMatchObject({ loaded: 0, repeated: 2, version: 3 });
  expect([await numbers(OCTOBER), await numbers(NOVEMBER)]).toEqual([[1, 2], [3]]);
  const sha256 = async () =>
    (await readPublished(store))!.manifest.databases.find(({ name }) => name === OCTOBER)?.sha256;
  const before = await sha256();
  await load([of(NOVEMBER, [{ n: 4 }])], copies);
  expect(await sha256()).toBe(before);
});

test("a month begins with the tables and types of the one before, so that contracts go on", async () => {
  await load([of(OCTOBER, [{ n: 1, price: 1.5, items: [{ sku: "a" }] }])]);
  const { loaded, refused } = await load(
    [
      of(NOVEMBER, [
        { n: 2, price: 7 },
        { n: 3, other: 1 },
        { n: 4, items: [{ sku: 5 }] },
      ]),
    ],
    collecting.newCopies(),
    ["freeze"],
  );
  expect(loaded).toBe(2);
  expect(refused.map(({ index }) => index)).toEqual([1]);
  const types = "SELECT name, type FROM pragma_table_info('orders') WHERE name IN ('n', 'price')";
  expect(await collecting.query(store, types, NOVEMBER)).toEqual([
    ["n", "BIGINT"],
    ["price", "DOUBLE"],
  ]);
  const items = "SELECT sku FROM orders__items";
  expect(await collecting.query(store, items, NOVEMBER)).toEqual([["5"]]);
});

test("a table with the client's own key does not go on, because its rows are those of its month", async () => {
  await load([of("events", [{ id: 1 }], { table: "users", write: "insert", key: ["id"] })]);
  await load([of(NOVEMBER, [{ n: 1 }])]);
  const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
  expect((await collecting.query(store, tables, NOVEMBER)).flat()).toEqual([
    "_dlt_loads",
    "orders",
  ]);
});

describe("What is sent again when the month is another is loaded once", () => {
  const keyed = { id: requestIdOf("sender\norders\nkey") };
  const first = of(OCTOBER, [{ n: 1 }], keyed);
  const again = of(NOVEMBER, [{ n: 1 }], keyed);
  const other = of(NOVEMBER, [{ n: 2 }]);

  test.each([
    ["in two batches", [[first], [again, other]], [[1], [2]]],
    ["the later one first", [[again, other], [first]], [[], [1, 2]]],
    ["in one batch", [[first, again, other]], [[1], [2]]],
    ["in one batch, the later one first", [[other, again, first]], [[], [1, 2]]],
  ])("%s", async (_how, batches, expected) => {
    for (const batch of batches) await load(batch);
    const months = await Promise.all(
      [OCTOBER, NOVEMBER].map((name) => numbers(name).catch(() => [])),
    );
    expect(months).toEqual(expected);
  });

  test("by two loaders at once", async () => {
    await load([of(OCTOBER, [{ n: 0 }]), of(NOVEMBER, [{ n: 0 }])]);
    await Promise.all([load([first]), load([again])]);
    const all = [...(await numbers(OCTOBER)), ...(await numbers(NOVEMBER))];
    expect(all.filter((n) => n === 1)).toEqual([1]);
  });

  test("with an id of its own", async () => {
    await load([of(OCTOBER, [{ _dlt_id: "mine", n: 1 }])]);
    expect(await load([of(NOVEMBER, [{ _dlt_id: "mine", n: 1 }])])).toMatchObject({ repeated: 1 });
  });

  test("for a day: databases that have not changed since are not looked into", () => {
    const now = new Date("2026-11-02T00:00:00Z");
    const entry = (name: string, updatedAt: string) =>
      ({ name, updatedAt, origin: "collect" }) as const;
    const entries = [
      entry("events-2026-09", "2026-09-30T23:59:59Z"),
      entry(OCTOBER, "2026-11-01T00:00:05Z"),
      entry(NOVEMBER, "2026-11-01T23:59:59Z"),
      { ...entry("shop", "2026-11-01T23:00:00Z"), origin: "typed" as const },
    ];
    expect(neighboursOf(NOVEMBER, entries, [], now)).toEqual([OCTOBER]);
    expect(neighboursOf(NOVEMBER, entries, ["events-2026-12"], now)).toEqual([
      OCTOBER,
      "events-2026-12",
    ]);
  });
});
