import { expect, test } from "vitest";
import { formatAge } from "../../../src/sites/age.ts";

test.each([
  [-5000, "0 seconds"],
  [1000, "1 second"],
  [59_999, "59 seconds"],
  [60_000, "1 minute"],
  [7_200_000, "2 hours"],
  [172_800_000, "2 days"],
])("%d ms is %s", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});
