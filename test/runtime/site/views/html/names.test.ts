import { describe, expect, test } from "vitest";
import { cssClass } from "../../../../../runtime/site/views/css-class.ts";
import {
  byteSize,
  counted,
  grouped,
  rowCount,
} from "../../../../../runtime/site/views/text/numbers.ts";

describe("class names", () => {
  // From the reference's own tests: tests/test_utils.py, test_to_css_class.
  test.each([
    ["simple", "simple"],
    ["MixedCase", "MixedCase"],
    ["-no-leading-hyphens", "no-leading-hyphens-65bea6"],
    ["_no-leading-underscores", "no-leading-underscores-b921bc"],
    ["no spaces", "no-spaces-7088d7"],
    ["-", "336d5e"],
    ["no $ characters", "no--characters-59e024"],
  ])("%s: %s", (name, expected) => {
    expect(cssClass(name)).toBe(expected);
  });
});

describe("numbers", () => {
  test("are grouped by thousands", () => {
    expect([grouped(7), grouped(1234), grouped(12345678901234567890n)]).toEqual([
      "7",
      "1,234",
      "12,345,678,901,234,567,890",
    ]);
  });

  test("agree with their noun", () => {
    expect([counted(1, "row"), counted(0, "row"), counted(2n, "query", "queries")]).toEqual([
      "1 row",
      "0 rows",
      "2 queries",
    ]);
  });

  test("say so when counting was cut short", () => {
    expect([rowCount(10_001, true), rowCount(10_001, false)]).toEqual([
      ">10,000 rows",
      "10,001 rows",
    ]);
  });

  test("of bytes are short", () => {
    expect([byteSize(1023), byteSize(1536), byteSize(5 * 1024 ** 3)]).toEqual([
      "1023 bytes",
      "1.5 KB",
      "5.0 GB",
    ]);
  });
});
