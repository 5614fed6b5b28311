import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
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
