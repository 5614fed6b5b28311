import { expect, test } from "vitest";
import { filtersFor } from "../../../../runtime/site/browser/cell-filter.ts";
import { rangeHref } from "../../../../runtime/site/browser/column-summaries.ts";
import { valuesUrl } from "../../../../runtime/site/browser/value-suggestions.ts";

test.each([
  [{ column: "a", value: "x", isOrdered: false }, ["Filter to this", "Leave this out"], { a: "x" }],
  [
    { column: "_a", value: "5", isOrdered: true },
    ["Filter to this", "Leave this out", "This and more", "This and less"],
    { _a__exact: "5" },
  ],
  [
    { column: "a", value: null, isOrdered: false },
    ["Filter to null", "Leave null out"],
    { a__isnull: "1" },
  ],
  [
    { column: "a", value: "", isOrdered: false },
    ["Filter to blank", "Leave blank out"],
    { a__isblank: "1" },
  ],
])("a cell %j offers %j", (cell, labels, first) => {
  const filters = filtersFor(cell);
  expect(filters.map(([label]) => label)).toEqual(labels);
  expect(filters[0]![1]).toMatchObject(first);
});

test("values are those of the facet of the column with the text in it", () => {
  const url = new URL(valuesUrl("https://x.test/db/t", "a b", "ger"));
  expect(url.pathname).toBe("/db/t.json");
  expect(url.searchParams.get("_facet")).toBe("a b");
  expect(url.searchParams.get("a b__contains")).toBe("ger");
});

test("a range goes from the first bin to the end of the last", () => {
  expect(rangeHref("/t?x=1&n__gte=0&n__lt=5", "/t?x=1&n__gte=10&n__lt=15")).toBe(
    "/t?x=1&n__gte=0&n__lt=15",
  );
});
