import { hash } from "node:crypto";
import { expect, test } from "vitest";
import type { ManifestDatabase } from "../../../runtime/core/format/manifest.ts";
import { compareVersions, describeDifference } from "../../../src/sites/compare-versions.ts";

/** A database whose blocks are letters; `tables` gives each table's rows and columns. */
function database(
  name: string,
  blocks: string,
  tables: Record<string, [rows: number | null, ...columns: string[]]>,
): ManifestDatabase {
  return {
    name,
    origin: "typed",
    updatedAt: "",
    source: null,
    size: blocks.length * 1e6,
    sha256: hash("sha256", blocks),
    index: blocks,
    inspection: {
      views: [],
      summaries: null,
      tables: Object.entries(tables).map(([table, [count, ...columns]]) => ({
        name: table,
        count,
        columns,
        primaryKeys: [],
        hidden: table.startsWith("_"),
        ftsTable: null,
        foreignKeys: [],
      })),
    },
  };
}

function described(before: ManifestDatabase[], after: ManifestDatabase[]): string[] {
  return compareVersions(before, after, ({ index }) => [...index]).flatMap(describeDifference);
}

test("tables that come, go, grow or get other columns are named; hidden ones are not", () => {
  const before = database("shop", "abc", { items: [5, "id", "old"], carts: [2], _fts: [9] });
  const after = database("shop", "abd", { items: [1200, "id", "new"], orders: [7], _fts: [10] });
  expect(described([before], [after])).toEqual([
    "~ shop: 1 of 3 blocks changed, 3.0 MB",
    "  - carts: 2 rows",
    "  ~ items: 5 → 1,200 rows, +new, -old",
    "  + orders: 7 rows",
  ]);
});

test("where as many rows say something else it says so", () => {
  const tables = { items: [5, "id"] as [number, string] };
  expect(described([database("shop", "ab", tables)], [database("shop", "ac", tables)])).toEqual([
    "~ shop: 1 of 2 blocks changed, 2.0 MB",
    "  the same tables, columns and numbers of rows; what is in the rows differs",
  ]);
});

test("databases come and go, and what is the same is not mentioned", () => {
  const same = database("same", "x", {});
  expect(described([same, database("old", "y", {})], [same, database("new", "zz", {})])).toEqual([
    "+ new: 2.0 MB in 2 blocks",
    "- old: 1.0 MB",
  ]);
});

test("rows that were not counted are not called none", () => {
  const before = database("shop", "a", { items: [null] });
  expect(described([before], [database("shop", "b", { items: [3] })])).toContain(
    "  ~ items: ? → 3 rows",
  );
});
