import { expect, test } from "vitest";
import { scopeText } from "../../../runtime/core/access/read-scopes.ts";
import { askedScope, resolveScopes } from "../../../src/sites/token-scopes.ts";

const table = (name: string) => ({
  ...{ name, hidden: false, count: 1, columns: ["id"], primaryKeys: ["id"] },
  ...{ ftsTable: null, foreignKeys: [] },
});
const database = (name: string, tables: string[], views: string[] = []) => ({
  ...{
    name,
    origin: "typed" as const,
    updatedAt: "",
    source: null,
    size: 1,
    sha256: "",
    index: "",
  },
  inspection: {
    tables: tables.map(table),
    views: views.map((view) => ({ name: view, columns: [] })),
    summaries: null,
  },
});

const SITE = {
  databases: [
    database("shop", ["orders", "order lines", "a/b", "Größe"], ["sales"]),
    database("a/b~c", ["t"]),
    database("Lake", ["x"]),
    database("both", ["x"]),
    database("BOTH", ["y"]),
  ],
  config: { databases: { shop: { queries: { best: "select 1" } } } },
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: false, defaultDeny: false },
};
const resolved = (...asked: string[]) => resolveScopes(asked, SITE).map(scopeText);

test.each([
  [[], { collect: null }],
  [["collect"], { collect: null }],
  [["collect:orders"], { collect: "orders" }],
  [["read"], { read: null }],
  [["read:shop", "read:lake/x"], { read: ["shop", "lake/x"] }],
])("%j is asked for", (texts, asked) => {
  expect(askedScope(texts)).toEqual(asked);
});

test.each([
  [["read", "read:shop"], "read does not go together"],
  [["read:shop", "collect"], "collect does not go together"],
  [["read:"], "read: does not go together"],
  [["write"], '"write" is not a scope'],
  [["readshop"], '"readshop" is not a scope'],
])("%j is refused", (texts, message) => {
  expect(() => askedScope(texts)).toThrow(message);
});

test.each([
  ["shop", "read:shop"],
  ["SHOP", "read:shop"],
  ["shop/orders", "read:shop/orders"],
  ["shop/ORDERS", "read:shop/orders"],
  ["shop/order lines", "read:shop/order+lines"],
  ["shop/order+lines", "read:shop/order+lines"],
  ["shop/a/b", "read:shop/a~2Fb"],
  ["shop/a~2Fb", "read:shop/a~2Fb"],
  ["shop/sales", "read:shop/sales"],
  ["shop/best", "read:shop/best"],
  ["a~2Fb~7Ec/t", "read:a~2Fb~7Ec/t"],
  ["lake/X", "read:Lake/x"],
  ["both", "read:both"],
  ["BOTH/y", "read:BOTH/y"],
])("%s is %s", (typed, scope) => {
  expect(resolved(typed)).toEqual([scope]);
});

test("what is said twice counts once", () => {
  expect(resolved("shop/orders", "SHOP/Orders", "Lake")).toEqual(["read:shop/orders", "read:Lake"]);
});

test.each([
  ["shpo", 'The site has no database "shpo"', 'did you mean "shop"?'],
  ["shop/ordres", 'shop has no table, view or query "ordres"', 'did you mean "orders"?'],
  ["shop/GRÖSSE", 'shop has no table, view or query "GRÖSSE"', "it has: orders"],
  ["Both", 'The site has no database "Both"', "did you mean"],
  ["_memory", 'The site has no database "_memory"', "it has: shop"],
  ["", 'The site has no database ""', "it has: shop"],
  ["shop/", 'shop has no table, view or query ""', "it has: orders"],
])("%s is refused: %s", (typed, message, hint) => {
  try {
    resolved(typed);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ message, hint: expect.stringContaining(hint) as string });
  }
});
