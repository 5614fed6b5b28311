import fc from "fast-check";
import { expect, test } from "vitest";
import { accentCss } from "../../../../../runtime/site/views/css/accent.ts";

test("any colour of a site can be read in both schemes, and on buttons of its own", () => {
  const hex = fc
    .integer({ min: 0, max: 0xffffff })
    .map((n) => `#${n.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(hex, (color) => {
      const css = accentCss(color);
      const [light, dark] = token(css, "accent");
      const [lightInk, darkInk] = token(css, "accent-ink");
      const [lightSoft, darkSoft] = token(css, "accent-soft");
      for (const [a, b] of [
        [light, "#ffffff"],
        [light, "#f3f1ec"],
        [dark, "#252a2f"],
        [dark, "#14171a"],
      ] as const) {
        expect(contrast(a!, b!)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(light!, lightInk!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark!, darkInk!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(light!, lightSoft!)).toBeGreaterThanOrEqual(3.5);
      expect(contrast(dark!, darkSoft!)).toBeGreaterThanOrEqual(3.5);
    }),
  );
});

test("a colour that can be read is taken as it is", () => {
  expect(token(accentCss("#8a1c4b"), "accent")[0]).toBe("#8a1c4b");
});

function token(css: string, name: string): string[] {
  return /light-dark\((#\w{6}), (#\w{6})\)/.exec(css.split(`--${name}: `)[1]!)!.slice(1);
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
