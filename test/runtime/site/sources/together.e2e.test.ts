/** Blocks that a request needs are known together in many cases; then they are fetched together. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../../runtime/core/sqlite/inspect.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import { createApp } from "../../../../runtime/site/pipeline/app.ts";
import type { PagedOptions } from "../../../../runtime/site/sources/paged-databases.ts";
import { publishedSite } from "../../../../runtime/site/sources/published-site.ts";
import { guardFile } from "../../../../src/paths.ts";
import { type S3Thread, startS3Thread, type Traffic } from "../../core/store/s3-thread.ts";
import { fetchPath } from "../fetch-app.ts";
import { SMALL_BLOCKS, startPaged } from "./paged.ts";
import { makeManifest, publishDatabase } from "./published.ts";

process.env.DSL_GUARD ??= guardFile();

const folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
const path = join(folder, "shop.db");
const plain = open(path);
const published = publishDatabase(new Map(), "shop", path, SMALL_BLOCKS);
const inspection = inspectDatabase(new Connection(path, { guardFile: null }));
let s3: S3Thread;

beforeAll(async () => {
  s3 = await startS3Thread();
});
afterAll(async () => {
  await s3.close();
  plain.close();
  rmSync(folder, { recursive: true });
});

/** 5,000 sales of 500 articles, each some 300 bytes, so that a block of 4 KiB has a dozen rows. */
function open(file: string): Database.Database {
  const database = new Database(file);
  database.exec(`
    create table article (id integer primary key, name text, notes text);
    create table sale (
      id integer primary key, text text, day integer, hour integer,
      article integer references article (id)
    );
    create table refund (id integer primary key, article integer references article (id), notes text);
    with recursive counter(i) as (select 1 union all select i + 1 from counter where i < 500)
    insert into article select i, 'Article ' || i, hex(randomblob(300)) from counter;
    with recursive counter(i) as (select 1 union all select i + 1 from counter where i < 5000)
    insert into sale
      select i, printf('w%d %s', i % 60, hex(randomblob(140))), i * 7919 % 80, i % 24, 1 + i * 31 % 500
      from counter;
    insert into refund select id, article, text from sale where id % 9 = 0;
    create index sale_day on sale (day);
    create index sale_article on sale (article);
    create index refund_article on refund (article);
    create virtual table sale_fts using fts5 (text, content="sale", content_rowid='id');
    insert into sale_fts (sale_fts) values ('rebuild');
  `);
  return database;
}

/** A site that reads the database on demand from an S3 that takes 15 ms for each answer. */
async function start(
  options: Partial<PagedOptions> & { blocks?: number } = {},
  settings: Record<string, string> = {},
) {
  const paged = await startPaged({ s3, ...options });
  publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  s3.setNetwork({ latencyMs: 15 });
  const manifest = { ...makeManifest(1, [{ ...published, inspection }]), settings };
  const locate = () => paged.databases.open(published);
  const places = { locate, read: async () => null };
  const { site, connections } = publishedSite({
    name: null,
    manifest,
    storage: "s3",
    places,
    inFlight: new InFlight(),
    reads: paged.databases.reads,
  });
  const app = createApp({ current: async () => site });
  onTestFinished(async () => {
    connections.close();
    await paged.close();
  });
  return {
    /** The answer, and the traffic that it caused. */
    get: async (address: string): Promise<Got> => {
      await s3.traffic();
      const answer = await fetchPath(app, address, { headers: new Headers({ host: "localhost" }) });
      const etag = answer.headers.get("etag");
      return { json: await answer.json(), etag, traffic: await s3.traffic() };
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what an answer has is what the tests are about.
type Json = any;

interface Got {
  json: Json;
  etag: string | null;
  traffic: Traffic;
}

const ids = (sql: string) => plain.prepare(sql).pluck().all();

test("rows that an index finds in many places are fetched together", async () => {
  const { get } = await start();
  const { json, traffic } = await get("/shop/sale.json?day=17&_size=50&_col=text&_labels=off");
  expect(json.rows.map(({ id }: { id: number }) => id)).toEqual(
    ids("select id from sale where day = 17 order by id limit 50"),
  );
  expect(traffic.mostAtOnce).toBeGreaterThan(8);
  expect(traffic.keys.length).toBeLessThan(80);
});

test.each([
  ["a later page", "day=17&_next=2000", "day = 17 and id > 2000 order by id limit 20"],
  ["a page sorted by the index", "_sort_desc=day", "1 order by day desc, id limit 20"],
  ["matching rows that are sorted", "day=17&_sort=hour", "day = 17 order by hour, id limit 20"],
  ["a search", "_search=w17", "id % 60 = 17 order by id limit 20"],
  ["a sorted search", "_search=w17&_sort=hour", "id % 60 = 17 order by hour, id limit 20"],
])("%s is fetched together, too", async (_title, query, condition) => {
  const { get } = await start();
  const { json, traffic } = await get(`/shop/sale.json?_size=20&${query}`);
  expect(json.rows.map(({ id }: { id: number }) => id)).toEqual(
    ids(`select id from sale where ${condition}`),
  );
  expect(traffic.mostAtOnce).toBeGreaterThan(5);
});

test("the labels of a page are fetched together", async () => {
  const { get } = await start();
  await get("/shop/sale.json?_size=40");
  const { json, traffic } = await get("/shop/sale.json?_size=40&_labels=on");
  expect(json.rows[0].article).toEqual({
    value: 32,
    label: ids("select name from article where id = 32")[0],
  });
  expect(traffic.mostAtOnce).toBeGreaterThan(5);
});

test("what refers to a row is counted in all tables at once", async () => {
  const { get } = await start();
  await get("/shop/article/32.json");
  const { json, traffic } = await get("/shop/article/32.json?_extra=foreign_key_tables");
  expect(json.foreign_key_tables.map(({ count }: { count: number }) => count)).toEqual([
    ...ids("select count(*) from refund where article = 32"),
    ...ids("select count(*) from sale where article = 32"),
  ]);
  expect(traffic.mostAtOnce).toBeGreaterThan(1);
});

test("what is here costs nothing more, and the order of the table's own rows needs no help", async () => {
  const { get } = await start();
  await get("/shop/sale.json?_size=50&day=17");
  expect((await get("/shop/sale.json?_size=50&day=17")).traffic.keys).toEqual([]);
  const first = await get("/shop/sale.json?_size=10");
  expect(first.traffic.keys.length).toBeLessThan(10);
});

test("a cache of 8 blocks and a budget that is too small change only how long it takes", async () => {
  const small = await start({ blocks: 8 });
  const { json } = await small.get("/shop/sale.json?day=17&_size=50");
  expect(json.rows).toHaveLength(50);
  const poor = await start({ budget: 20 });
  const refused = await poor.get("/shop/sale.json?day=17&_size=50");
  expect(refused.json.error).toContain(
    "reads too much of the database at once: more than 20 blocks",
  );
});

test("blocks that cannot be had are an error, not rows that are missing", async () => {
  const { get } = await start();
  await get("/shop/sale.json?_size=1");
  for (const key of [...s3.objects.keys()]) if (key.startsWith("blocks/")) s3.objects.delete(key);
  const { json } = await get("/shop/sale.json?day=17&_size=50");
  expect(json).toMatchObject({ ok: false, status: 503 });
  publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  expect((await get("/shop/sale.json?day=17&_size=50")).json.rows).toHaveLength(50);
});

test("what takes too long on a page is left out and said, and is there when its blocks are", async () => {
  const { get } = await start({}, { sql_time_limit_ms: "20000", facet_time_limit_ms: "100" });
  s3.setNetwork({ latencyMs: 300 });
  const address =
    "/shop/sale.json?_facet=hour&_size=5&_extra=count,facet_results,facets_timed_out,suggested_facets";
  const slow = await get(address);
  expect(slow.json).toMatchObject({
    count: 5000,
    facets_timed_out: ["hour"],
    suggested_facets: [],
  });
  expect(slow.json.rows).toHaveLength(5);
  expect(slow.etag).toBeNull();
  s3.setNetwork({});
  // Each try finds the blocks that the ones before it waited for.
  await expect
    .poll(async () => (await get(address)).json.facets_timed_out, { timeout: 60_000 })
    .toEqual([]);
  const whole = await get(address);
  expect(whole.json.facet_results.results.hour.results).toHaveLength(24);
  expect(whole.etag).not.toBeNull();
});

test("filtered rows are counted in their time, or not at all", async () => {
  const { get } = await start({}, { sql_time_limit_ms: "400" });
  await get("/shop/sale.json?_size=1&_extra=columns");
  const address = "/shop/sale.json?text__startswith=w1&_size=1&_extra=count";
  s3.setNetwork({ latencyMs: 150 });
  expect((await get(address)).json).toMatchObject({ count: null });
  s3.setNetwork({});
  await expect
    .poll(async () => (await get(address)).json.count, { timeout: 60_000 })
    .toBe(ids("select count(*) from sale where text like 'w1%'")[0]);
});
