import { describe, expect, test } from "vitest";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { namedIn, requireKnownNames, warnOfUnknownNames } from "../../src/config-names.ts";

const orders = {
  name: "orders",
  count: 1,
  columns: ["id", "total", "tags"],
  primaryKeys: ["id"],
  hidden: false,
  ftsTable: null,
  foreignKeys: [],
};
const shop = namedIn("shop", {
  tables: [orders],
  views: [{ name: "recent", columns: ["id"] }],
  summaries: null,
});

function configOf(databases: unknown, metadata: unknown = {}) {
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  return buildSiteConfig({
    config: { databases },
    metadata: { databases: metadata },
    settings: {},
    flags,
  });
}

function refusal(databases: unknown, metadata: unknown = {}): string {
  try {
    requireKnownNames(configOf(databases, metadata), [shop]);
  } catch (error) {
    if (error instanceof DslError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return "none";
}

describe("A name in the configuration that nothing has", () => {
  test.each([
    [{ shopp: {} }, 'databases.shopp: no database of this name is served | Did you mean "shop"?'],
    [
      { Shop: { allow: false } },
      'databases.Shop: no database of this name is served, so its rules protect nothing | Did you mean "shop"?',
    ],
    [
      { shop: { tables: { ordrs: { allow: { id: "root" } } } } },
      'databases.shop.tables.ordrs: shop has no table or view of this name, so its rules protect nothing | Did you mean "orders"?',
    ],
    [
      { shop: { tables: { Orders: { allow: false } } } },
      'databases.shop.tables.Orders: shop has no table or view that is spelt like this | Did you mean "orders"?',
    ],
    [
      { shop: { tables: { customers: { permissions: { "view-table": false } } } } },
      "databases.shop.tables.customers: shop has no table or view of this name, so its rules protect nothing | Known tables: orders, recent.",
    ],
    [
      { shop: { tables: { orders: { sort: "totl" } } } },
      'databases.shop.tables.orders.sort: orders has no column "totl" | Did you mean "total"?',
    ],
    [
      { shop: { tables: { orders: { facets: ["id", { array: "tag" }] } } } },
      'databases.shop.tables.orders.facets: orders has no column "tag" | Did you mean "tags"?',
    ],
    [
      { shop: { tables: { orders: { fts_table: "orders_fts" } } } },
      'databases.shop.tables.orders.fts_table: shop has no table "orders_fts" | Known tables: orders, recent.',
    ],
    [
      { shop: { tables: { recent: { label_column: "name" } } } },
      'databases.shop.tables.recent.label_column: recent has no column "name" | Known columns: id.',
    ],
  ])("%j is refused with the nearest match", (databases, message) => {
    expect(refusal(databases)).toBe(message);
  });

  test("is refused in metadata, too", () => {
    expect(refusal({}, { shop: { tables: { orders: { columns: { totals: "Sum" } } } } })).toBe(
      'databases.shop.tables.orders.columns: orders has no column "totals" | Did you mean "total"?',
    );
  });

  test("is not found where everything is there", () => {
    const tables = {
      orders: { sort_desc: "rowid", sortable_columns: ["total"], allow: false },
      recent: { facets: ["id"] },
    };
    expect(refusal({ shop: { tables }, _memory: { allow: false } })).toBe("none");
  });

  test("is a warning where it may come later, and of many only the first are listed", () => {
    const tables = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`missing_${at}`, {}]));
    const warnings = warnOfUnknownNames(configOf({ shop: { tables } }), [shop]);
    expect(warnings).toHaveLength(11);
    expect(warnings[0]).toContain("databases.shop.tables.missing_0");
    expect(warnings.at(-1)).toBe("There are more such names");
  });
});
