import fc from "fast-check";
import { expect, test } from "vitest";
import { stackNames } from "../../../src/stacks/stack-name.ts";

test("a name stands for a bucket stack and a service stack", () => {
  expect(stackNames("northwind-2026")).toEqual({
    bucket: "northwind-2026",
    service: "northwind-2026-service",
  });
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
  expect(() => stackNames(name)).toThrow(reason);
});

test("the hint is a name that works", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      try {
        stackNames(name);
      } catch (error) {
        const hint = (error as { hint: string }).hint;
        stackNames(hint.replace("a name such as ", ""));
      }
    }),
  );
});

test("120 characters are not too many", () => {
  expect(stackNames("a".repeat(120)).service).toHaveLength(128);
});
