/** A site whose events begin a new database each month: one configuration, and views over all months. */
import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../../../runtime/core/format/manifest.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { LIMITS } from "../../../../runtime/load/events/limits.ts";
import { loadBatch } from "../../../../runtime/load/events/load-batch.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import { createApp } from "../../../../runtime/site/pipeline/app.ts";
import {
  type Places,
  type PublishedSite,
  publishedSite,
} from "../../../../runtime/site/sources/published-site.ts";
import { guardFile } from "../../../../src/paths.ts";
import { Collecting, emptySite, message } from "../../load/collecting.ts";
import { readBack } from "../../publisher/site.ts";
import { fetchPath } from "../fetch-app.ts";

const collecting = new Collecting();
const paths = new Map<string, string>();
let published: Manifest;
let open: PublishedSite | undefined;

beforeAll(async () => {
  process.env.DSL_GUARD = guardFile() ?? "";
  const store = await emptySite({ database: "events", rotation: "month" });
  const rules = { contracts: parseContracts([]), limits: LIMITS };
  const copies = collecting.newCopies();
  const load = (database: string, events: unknown[]) =>
    loadBatch(
      { store, copies, database: "events", rules, lake: null },
      [
        message(events, { database }),
        message([{ key: "k", list: ["k"] }], { database, table: "secrets" }),
      ],
      new Date(),
    );
  await load("events", [{ n: 1 }]);
  // Of more months than can be attached, and one that came late with a column of its own.
  for (let month = 1; month <= 12; month++) {
    await load(`events-2026-${String(month).padStart(2, "0")}`, [{ n: 100 + month }]);
  }
  await load("events-2026-10", [{ n: 2, 'a "b"': "late" }]);
  const { manifest, files } = await readBack(store);
  published = manifest;
  for (const [name, file] of files) {
    paths.set(name, collecting.newPath());
    writeFileSync(paths.get(name) ?? "", file);
  }
});
afterEach(() => open?.connections.close());
afterAll(() => {
  delete process.env.DSL_GUARD;
  collecting.remove();
});

/** Asks the site for JSON. */
function siteWith(config: Record<string, unknown>, flags = {}) {
  const manifest = { ...published, config, flags: { ...published.flags, crossdb: true, ...flags } };
  const places: Places = {
    locate: async ({ name }) => ({
      url: paths.get(name) ?? "",
      bytes: async function* () {},
    }),
    read: async () => null,
  };
  const inFlight = new InFlight();
  open = publishedSite({ name: "shop", manifest, storage: "s3", places, inFlight });
  const { site } = open;
  const app = createApp({ current: async () => site });
  return async (path: string) => {
    const answer = await fetchPath(app, path, { headers: new Headers({ host: "localhost" }) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}

const sql = (text: string) => `/_memory/-/query.json?_shape=arrays&sql=${encodeURIComponent(text)}`;

test("_memory has a view of each table, over the newest months that can be attached", async () => {
  const get = siteWith({});
  const { body } = await get("/_memory.json");
  expect(body.views).toMatchObject([
    { name: "events__orders" },
    { name: "events__secrets" },
    { name: "events__secrets__list" },
  ]);
  const { body: found } = await get(
    sql("select n, a_bx, _dlt_id is null from events__orders order by n"),
  );
  // `events` itself, and nine months: April to December.
  expect(found.rows).toEqual([
    [1, null, 0],
    [2, "late", 0],
    ...Array.from({ length: 9 }, (_, i) => [104 + i, null, 0]),
  ]);
  const page = await get("/_memory/events__orders.json?_shape=array&n=110&_facet=n");
  expect(page.body).toMatchObject([{ n: 110 }]);
});

test("without --crossdb there is no such database", async () => {
  expect((await siteWith({}, { crossdb: false })("/_memory.json")).status).toBe(404);
});

test("what is denied for the events is denied for each month, and no view shows it", async () => {
  const get = siteWith({ databases: { events: { tables: { Secrets: { allow: false } } } } });
  for (const page of [
    "/events-2026-12/secrets",
    "/events-2026-12/secrets__list",
    "/events/secrets__list",
  ]) {
    expect((await get(`${page}.json`)).status, page).toBe(403);
  }
  expect((await get("/_memory.json")).body.views).toMatchObject([{ name: "events__orders" }]);
  for (const table of [
    "events__secrets",
    "events__secrets__list",
    '"events-2026-12".secrets',
    "temp.events__secrets",
  ]) {
    const { status, body } = await get(sql(`select * from ${table}`));
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toContain('"k"');
  }
  expect((await get(sql("select count(*) from events__orders"))).body.rows).toEqual([[11]]);
});

test("a month of a denied database of events is not attached and not shown", async () => {
  const get = siteWith({ databases: { events: { allow: false } } });
  expect((await get("/events-2026-11.json")).status).toBe(403);
  expect((await get("/_memory.json")).body.views).toEqual([]);
  expect((await get(sql("select * from events__orders"))).status).toBe(400);
});
