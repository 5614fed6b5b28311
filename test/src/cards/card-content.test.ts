import { describe, expect, test } from "vitest";
import type { ColumnSummary } from "../../../runtime/core/format/column-summary.ts";
import type { TableInspection } from "../../../runtime/core/format/inspection.ts";
import { databaseContent, siteContent, tableContent } from "../../../src/cards/card-content.ts";

function table(name: string, count: number | null, ...columns: string[]): TableInspection {
  return {
    ...{ name, count, columns, primaryKeys: ["id"], hidden: false, ftsTable: null },
    foreignKeys: [{ column: "station", otherTable: "stations", otherColumn: "id" }],
  };
}

function column(name: string, more: Partial<ColumnSummary>): ColumnSummary {
  return { name, kind: "text", missing: 0, empty: 0, rows: 100, distinct: 3, ...more };
}

const HABITATS: ColumnSummary = column("habitat", {
  values: [
    ["farmland", 60],
    ["forest", 30],
    ["coast", 10],
  ],
});
const WEIGHTS = column("weight", {
  kind: "number",
  distinct: 80,
  histogram: { edges: [0, 2000, 4000, 6000, 8000, 10_000], counts: [5, 20, 50, 20, 5] },
});

describe("The card of a table", () => {
  const birds = table("birds", 4200, "id", "station", "habitat", "weight");
  const chartOf = (...columns: ColumnSummary[]) =>
    tableContent(null, "data", birds, {}, { name: "birds", sample: null, columns })?.chart;

  test("says how many rows there are, of which site and database", () => {
    const content = tableContent("Ringing", "data", birds, { title: "Birds" }, null);
    expect(content).toMatchObject({
      place: ["Ringing", "data"],
      title: "Birds",
      facts: "4,200 rows · 4 columns",
      chart: null,
    });
    expect(tableContent(null, "data", { ...birds, count: null }, {}, null)?.facts).toBe(
      "4 columns",
    );
  });

  test("draws the groups of a text column, else how times and numbers are spread", () => {
    expect(chartOf(WEIGHTS, HABITATS)).toEqual({
      title: "Rows by habitat",
      kind: "values",
      bars: [
        { label: "farmland", count: 60 },
        { label: "forest", count: 30 },
        { label: "coast", count: 10 },
      ],
    });
    expect(chartOf(WEIGHTS)).toMatchObject({ title: "Rows by weight", kind: "bins" });
    expect(chartOf(WEIGHTS)?.bars.map(({ label }) => label)).toEqual(
      "0 2000 4000 6000 8000 10,000".split(" "),
    );
  });

  test("draws nothing of keys, positions, mostly empty columns and values that are nearly all different", () => {
    expect(chartOf(column("station", { values: HABITATS.values! }))).toBeNull();
    expect(chartOf({ ...WEIGHTS, name: "latitude" })).toBeNull();
    expect(chartOf({ ...HABITATS, missing: 70 })).toBeNull();
    expect(chartOf({ ...HABITATS, distinct: 60 })).toBeNull();
    const sentence = "Fridge at nine degrees; the owner was told.";
    const values = [[sentence, 60] as [string, number], ...HABITATS.values!.slice(1)];
    expect(chartOf({ ...HABITATS, values })).toBeNull();
  });

  test("says that a chart is of a sample", () => {
    const summary = { name: "birds", sample: 20_000, columns: [HABITATS] };
    expect(tableContent(null, "data", birds, {}, summary)?.chart?.title).toBe(
      "Rows of a sample by habitat",
    );
  });

  test("is none where the font lacks letters of the title", () => {
    expect(tableContent(null, "data", birds, { title: "鳥" }, null)).toBeNull();
    expect(tableContent("鳥", "data", birds, {}, null)?.place).toEqual(["data"]);
  });
});

test("The card of a database counts the rows of the tables that it is given, where all are counted", () => {
  const tables = [table("a", 234, "id"), table("b", 1000, "id")];
  expect(databaseContent(null, "data", {}, tables)).toMatchObject({
    facts: "2 tables · 1,234 rows",
    chart: {
      title: "Rows by table",
      bars: [
        { label: "b", count: 1000 },
        { label: "a", count: 234 },
      ],
    },
  });
  const uncounted = databaseContent(null, "data", {}, [table("a", null, "id"), ...tables]);
  expect(uncounted).toMatchObject({ facts: "3 tables", chart: null });
});

test("The card of the front page says what its owner wrote, and is none without a title", () => {
  expect(siteContent({ title: "Ringing", source: "The club" })).toMatchObject({
    title: "Ringing",
    facts: "The club",
  });
  expect(siteContent({})).toBeNull();
});
