import { expect, test } from "vitest";
import { table } from "../../../src/terminal/table.ts";

const HEADINGS = ["SITE", "URL", "STATUS"];
const ROWS = [
  ["shop", "https://abc123.execute-api.eu-central-1.amazonaws.com/", "CREATE_COMPLETE"],
  ["museum", "", "UPDATE_COMPLETE"],
];

test("columns are aligned", () => {
  expect(table(["A", "B"], [["long", "x"]], 80)).toEqual(["A     B", "long  x"]);
});

test("in 60 columns each row becomes lines of its own, without empty cells", () => {
  const lines = table(HEADINGS, ROWS, 60);
  expect(lines).toEqual([
    "SITE shop",
    "  URL     https://abc123.execute-api.eu-central-1.amazonaws.com/",
    "  STATUS  CREATE_COMPLETE",
    "SITE museum",
    "  STATUS  UPDATE_COMPLETE",
  ]);
});

test("into a pipe goes the table, however wide", () => {
  expect(table(HEADINGS, ROWS, Number.POSITIVE_INFINITY)).toHaveLength(3);
});
