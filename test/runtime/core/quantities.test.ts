import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
} from "../../../runtime/core/quantities.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [12_345_678, "12.3 MB"],
  [999_950, "1.0 MB"],
  [2_500_000_000_000, "2.5 TB"],
  [7_000_000_000_000_000, "7000.0 TB"],
])("%d bytes are written as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a number of bytes below a thousand terabytes never needs more than three digits before the point", () => {
  fc.assert(
    fc.property(fc.nat({ max: 999_000_000_000_000 }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d)? (bytes?|kB|MB|GB|TB)$/);
    }),
  );
});

test.each([
  [40, "0.0 s"],
  [860, "0.9 s"],
  [12_345, "12.3 s"],
  [59_990, "1 min 0 s"],
  [83_000, "1 min 23 s"],
])("%d milliseconds are written as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a share names both sides", () => {
  expect(formatShare(12_100_000, 40_000_000)).toBe("12.1 MB of 40.0 MB");
});

test("a count has its noun in the right number", () => {
  expect([formatCount(0, "block"), formatCount(1, "block"), formatCount(20_000, "block")]).toEqual([
    "0 blocks",
    "1 block",
    "20,000 blocks",
  ]);
});

test.each([
  [-5000, "0 seconds"],
  [1000, "1 second"],
  [59_999, "59 seconds"],
  [60_000, "1 minute"],
  [7_200_000, "2 hours"],
  [172_800_000, "2 days"],
])("an age of %d ms is written as %s", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});
