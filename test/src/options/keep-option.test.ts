import { expect, test } from "vitest";
import { retention, retentionText } from "../../../src/options/keep-option.ts";

test.each([
  ["100", { versions: 100 }],
  ["30d", { hours: 720 }],
  ["12h", { hours: 12 }],
  ["100,30d", { versions: 100, hours: 720 }],
  ["2w, 5", { versions: 5, hours: 336 }],
])("--keep %s", (text, expected) => {
  expect(retention(text)).toEqual(expected);
  expect(retention(retentionText(expected))).toEqual(expected);
});

test.each(["0", "0d", "", "d", "1.5d", "-3", "30m", "10,20", "1d,2d", "100000", "4000d"])(
  "--keep %s is refused, with what it must be",
  (text) => {
    expect(() => retention(text)).toThrow("such as 100, 30d or 100,30d");
  },
);
