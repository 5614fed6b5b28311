import { expect, test } from "vitest";
import { isNeverHere } from "../../../src/serve/quick-first.ts";

test.each([
  ["/shop/-/query.json", "sql=select+1"],
  ["/shop/-/query", ""],
  ["/shop/items.json", "_where=1"],
  ["/shop/items.json", "a=b&%5fwhere=1"],
  ["/shop", "s%71l=select+1"],
  ["/shop/items.csv", ""],
  ["/shop/items.json", "_stream=on"],
  ["/shop.db", ""],
])("visitors' SQL and streams are for other processes: %s?%s", (path, query) => {
  expect(isNeverHere(path, query)).toBe(true);
});

test.each([
  ["/", ""],
  ["/shop/items", "_search=_where&name__contains=sql"],
  ["/shop/csv", ""],
])("others are tried at once: %s?%s", (path, query) => {
  expect(isNeverHere(path, query)).toBe(false);
});
