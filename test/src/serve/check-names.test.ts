import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { checkNames } from "../../../src/serve/check-names.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-names-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "shop.db");
const database = new Database(path);
database.exec("create table orders (id integer primary key, total real)");
database.close();

function check(shop: object): string[] {
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  const config = buildSiteConfig({
    config: { databases: { shop } },
    metadata: {},
    settings: {},
    flags,
  });
  const file = { name: "shop", path, isMutable: true, sha256: null, inspection: null };
  return checkNames(config, [file], false, false);
}

const dashboard = (table: string) => ({
  dashboards: { sales: { parts: [{ kind: "number", table }] } },
});

test("Tables of dashboards and of the order are known where the configuration names no others", () => {
  expect(check(dashboard("orders"))).toEqual([]);
  expect(check({ table_order: ["orders"] })).toEqual([]);
});

test("A dashboard of a table that is missing is refused with the tables that there are", () => {
  expect(() => check(dashboard("order"))).toThrow(
    "databases.shop.dashboards.sales.parts[0].table: shop has no table or view of this name",
  );
});
