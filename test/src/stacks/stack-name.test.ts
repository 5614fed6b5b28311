import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSiteName, stackName } from "../../../src/stacks/stack-name.ts";

test("a name stands for a bucket stack and a service stack", () => {
  const site = "northwind-2026";
  expect(stackName({ site, role: "bucket" })).toBe("northwind-2026");
  expect(stackName({ site, role: "service" })).toBe("northwind-2026-service");
});

test.each([
  ["", "it is empty"],
  ["2026-sales", "must start with a letter"],
  ["-sales", "must start with a letter"],
  ["my_sales", '"_" is neither a letter'],
  ["my sales", '" " is neither a letter'],
  ["verträge", '"ä" is neither a letter'],
  ["sales.db", '"." is neither a letter'],
  ["a".repeat(121), "121 characters, and 120 is the limit"],
])("%j is refused: %s", (name, reason) => {
  expect(() => checkSiteName(name)).toThrow(reason);
});

test("the hint is a name that works", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      try {
        checkSiteName(name);
      } catch (error) {
        const hint = (error as { hint: string }).hint;
        checkSiteName(hint.replace("a name such as ", ""));
      }
    }),
  );
});

test("120 characters are not too many", () => {
  const site = "a".repeat(120);
  checkSiteName(site);
  expect(stackName({ site, role: "service" })).toHaveLength(128);
});
