import { describe, expect, test } from "vitest";
import {
  type Choice,
  chartUrl,
  describeChoice,
  readChoice,
  writeChoice,
} from "../../../../runtime/site/browser/chart-choice.ts";

const CHOICE: Choice = {
  chart: "bar",
  x: "a b",
  y: "",
  aggregate: "count",
  color: "c&d",
  unit: "",
};

describe("a choice in the address", () => {
  test("is read as it was written", () => {
    expect(readChoice(writeChoice(CHOICE))).toEqual(CHOICE);
  });

  test.each(["", "#", "#map", "#chart", "#chart=bar", "#x=a"])(
    "is left to the server for %j",
    (fragment) => {
      expect(readChoice(fragment)).toBeNull();
    },
  );

  test("becomes the address of the chart's data, with the filters of the page", () => {
    const table = new URL("http://host/db/t?kind=x&_next=5#chart=bar");
    expect(chartUrl(table, false, CHOICE).href).toBe(
      "http://host/db/t/-/chart.json?kind=x&_chart=bar&_x=a+b&_aggregate=count&_color=c%26d",
    );
    const query = new URL("http://host/db/-/query?sql=select+1");
    expect(chartUrl(query, true, null).href).toBe("http://host/db/-/query/chart.json?sql=select+1");
  });
});

test.each<[Partial<Choice>, string, string, string]>([
  [{}, "Number of rows by a b", "a b", "number of rows"],
  [{ y: "n", aggregate: "avg" }, "Average of n by a b", "a b", "average of n"],
  [{ aggregate: "share" }, "Share of rows by a b", "a b", "share of rows, %"],
  [
    { chart: "line", unit: "month", color: "kind" },
    "Number of rows by a b, by month, by kind",
    "a b, by month",
    "number of rows",
  ],
  [{ chart: "histogram" }, "How a b is spread", "a b", "number of rows"],
  [{ chart: "scatter", y: "n" }, "n and a b", "a b", "n"],
])("what %j shows is said in words", (change, title, x, y) => {
  expect(describeChoice({ ...CHOICE, color: "", ...change })).toMatchObject({ title, x, y });
});
