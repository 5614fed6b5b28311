import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chartSvg } from "../../../../../runtime/site/views/svg/chart-svg.ts";
import type { ChartPicture } from "../../../../../runtime/site/views/svg/drawing.ts";
import {
  numberText,
  numberTicks,
  timeTicks,
} from "../../../../../runtime/site/views/svg/scales.ts";

const value = fc.oneof(fc.double(), fc.integer(), fc.constant(null));
const place = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.constant("2026-02-03"));
const picture: fc.Arbitrary<ChartPicture> = fc.record({
  kind: fc.constantFrom("bar", "line", "scatter", "histogram"),
  marks: fc.array(fc.record({ x: place, x2: place, is_other: fc.boolean(), color: place, value }), {
    maxLength: 30,
  }),
  title: fc.string(),
  names: fc.record({ x: fc.string(), y: fc.string(), color: fc.option(fc.string()) }),
  source: fc.string(),
  width: fc.integer({ min: 280, max: 2000 }),
});

const PLAIN: ChartPicture = {
  kind: "bar",
  marks: [],
  title: "",
  names: { x: "x", y: "y", color: null },
  source: "",
  width: 400,
};

describe("a chart", () => {
  test("of whatever values is markup without script and without numbers that are none", () => {
    fc.assert(
      fc.property(picture, (given) => {
        const svg = chartSvg(given);
        const tags = svg.matchAll(/<([a-z]+)((?: [\w-]+="[^"<>]*")*)\/?>/g);
        for (const [, name, attributes] of tags) {
          expect(["svg", "text", "rect", "path", "circle", "title"]).toContain(name);
          if (name !== "svg") expect(attributes).not.toMatch(/NaN|Infinity|undefined/);
        }
        expect(svg.replace(/<\/?[a-z]+(?: [\w-]+="[^"<>]*")*\/?>/g, "")).not.toMatch(/[<>]/);
      }),
    );
  });

  test("has a bar for each group, the longest first, all others last", () => {
    const marks = [
      { x: "(others)", is_other: true, value: 15 },
      { x: "small", value: 2 },
      { x: "large", value: 12 },
    ];
    const svg = chartSvg({ ...PLAIN, marks });
    const titles = [...svg.matchAll(/<rect[^>]*><title>([^<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual(["large: 12", "small: 2", "(others): 15"]);
  });

  test("leaves out a bar of all others that would hide the rest", () => {
    const marks = [
      { x: "rest", is_other: true, value: 100 },
      { x: "one", value: 2 },
    ];
    expect(chartSvg({ ...PLAIN, marks })).not.toContain("100");
  });

  test("gives each colour a name", () => {
    const names = { ...PLAIN.names, color: "habitat" };
    const marks = ["a", "b"].map((color) => ({ x: 1, color, value: 2 }));
    const svg = chartSvg({ ...PLAIN, kind: "scatter", marks, names });
    expect(svg.match(/class="chart-legend">\w/g)).toHaveLength(2);
    expect(svg).toContain('class="chart-axis">habitat<');
    expect(svg).toContain("var(--series-1)");
    expect(svg).toContain("var(--series-2)");
  });
});

test("axes name round values", () => {
  expect(numberTicks([0, 97], 5).map(({ text }) => text)).toEqual(["0", "20", "40", "60", "80"]);
  const time = (text: string) => Date.parse(text);
  const months = timeTicks([time("2024-11-01"), time("2025-03-01")], 5);
  expect(months.map(({ text }) => text)).toEqual([
    "Nov 2024",
    "Dec 2024",
    "2025",
    "Feb 2025",
    "Mar 2025",
  ]);
  const years = timeTicks([time("1990-06-01"), time("2026-01-01")], 4);
  expect(years.map(({ text }) => text)).toEqual(["2000", "2010", "2020"]);
});

test.each([
  [0.1234567, "0.1235"],
  [-1234.5, "-1,234.5"],
  [1_234_567, "1.235M"],
  [-4.607e23, "-4.607E23"],
])("%d is read as %s", (value, text) => {
  expect(numberText(value)).toBe(text);
});
