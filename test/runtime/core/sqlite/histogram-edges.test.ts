import fc from "fast-check";
import { expect, test } from "vitest";
import { dateEdges, numberEdges } from "../../../../runtime/core/sqlite/histogram-edges.ts";

test("the edges of numbers are in order, few, and around all of them", () => {
  const number = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(number, number, fc.boolean(), (one, other, isWhole) => {
      const values = [one, other].map((value) => (isWhole ? Math.round(value) : value));
      const [min, max] = [Math.min(...values), Math.max(...values)];
      const edges = numberEdges(min, max, isWhole);
      if (edges === null) return;
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      expect(new Set(edges).size).toBe(edges.length);
      expect(edges.length).toBeLessThanOrEqual(23);
      const slack = (max - min) * 1e-9;
      expect(edges[0]).toBeLessThanOrEqual(min + slack);
      expect(edges.at(-1)).toBeGreaterThanOrEqual(max - slack);
    }),
  );
});

test("the edges of dates are in order, few, and around all of them", () => {
  const day = fc.date({
    min: new Date("1800-01-01"),
    max: new Date("2200-01-01"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(day, day, (one, other) => {
      const [min, max] = [one, other].map((date) => date.toISOString().slice(0, 10)).toSorted() as [
        string,
        string,
      ];
      const edges = dateEdges(min, max);
      if (min === max) {
        expect(edges).toBeNull();
        return;
      }
      expect(edges).toEqual(edges!.toSorted());
      expect(edges!.length).toBeLessThanOrEqual(23);
      expect(edges![0]! <= min && edges!.at(-1)! > max).toBe(true);
    }),
  );
});

test.each<[string, string, string[]]>([
  ["2024-01", "2024-03", ["2024-01", "2024-02", "2024-03", "2024-04"]],
  [
    "2024-01-30T10:00",
    "2024-02-01T11:00",
    ["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02"],
  ],
])("from %s to %s they are %j", (min, max, edges) => {
  expect(dateEdges(min, max)).toEqual(edges);
});
