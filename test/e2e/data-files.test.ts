import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeLtx } from "../runtime/load/litestream/ltx-writer.ts";
import { type Rehearsal, startRehearsal } from "./rehearsal.ts";

const ORDERS = fileURLToPath(new URL("../runtime/load/golden/orders.xlsx", import.meta.url));
const CITY =
  '{"type":"Feature","properties":{"n":"x"},"geometry":{"type":"Point","coordinates":[7,50]}}';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  copyFileSync(ORDERS, join(rehearsal.folder, "orders.xlsx"));
  write("cities.geojson", `{"type":"FeatureCollection","features":[${CITY}]}`);
  write("sales.csv.gz", gzipSync("zip,n\n01234,1\n"));
});
afterAll(() => rehearsal.end());

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(rehearsal.folder, name), content);
}

test("data files are published as databases of their names; unchanged ones change nothing", async () => {
  const site = ["data", "orders.xlsx", "cities.geojson", "sales.csv.gz"];
  const first = await rehearsal.update(...site);
  const rows = async (path: string) =>
    (await fetch(new URL(`${path}.json?_shape=arrays`, String(first.url)))).json();
  expect(await rows("/orders/Zips")).toMatchObject({ rows: [[1, "01234", 1]] });
  expect(await rows("/sales/sales")).toMatchObject({ rows: [[1, "01234", 1]] });
  expect(await rows("/cities/cities")).toMatchObject({
    rows: [[1, "x", 50, 7, '{"type":"Point","coordinates":[7,50]}']],
  });
  const again = await rehearsal.update(...site);
  expect([first.version, again.version]).toEqual([1, 1]);
});

test("a Litestream replica is published as it is, or as it was", async () => {
  const PAGE_SIZE = 4096;
  const database = new Database(":memory:");
  database.exec("create table orders(id integer primary key, total)");
  const states = [1, 2].map((total) => {
    database.prepare("insert into orders(total) values (?)").run(total);
    return database.serialize();
  });
  mkdirSync(join(rehearsal.folder, "replica/shop.db/ltx/0"), { recursive: true });
  for (const [index, state] of states.entries()) {
    const txid = index + 1;
    const pages = Array.from({ length: state.length / PAGE_SIZE }, (_, page): [number, Buffer] => [
      page + 1,
      state.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE),
    ]);
    const file = writeLtx({
      pageSize: PAGE_SIZE,
      commit: pages.length,
      minTxid: txid,
      maxTxid: txid,
      timestamp: Date.parse(`2026-11-20T12:00:0${txid}Z`),
      flags: 2,
      pages,
    });
    const name = txid.toString(16).padStart(16, "0");
    write(`replica/shop.db/ltx/0/${name}-${name}.ltx`, file);
  }
  const site = ["replica", "litestream:replica/shop.db"];
  const rows = async (url: unknown) => {
    const answer = await fetch(new URL("/shop/orders.json?_shape=arrays", String(url)));
    return ((await answer.json()) as { rows: unknown }).rows;
  };
  const first = await rehearsal.update(...site, "--at", "2026-11-20T12:00:01Z");
  expect(await rows(first.url)).toEqual([[1, 1]]);
  const latest = await rehearsal.update(...site, "--wait-all");
  expect(await rows(latest.url)).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect((await rehearsal.update(...site)).version).toBe(2);

  const wrong = await rehearsal.dsl("update-stack", "replica", "litestream:replica");
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    1,
    expect.stringContaining("There is no folder ltx"),
  ]);
});
