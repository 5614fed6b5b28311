import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Rgb = readonly [number, number, number];

const tokens = readFileSync(
  new URL("../../../../runtime/site/browser/style/tokens.css", import.meta.url),
  "utf8",
);

/**
 * How the three kinds of colour-blind readers see linear RGB: Machado, Oliveira and Fernandes 2009, severity
 * 1.0. https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html
 */
const SIGHTS: Record<string, readonly Rgb[]> = {
  "all cones": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Distances in OKLab: from 0.02 on two areas beside each other differ; apart, twice to three times that. */
const TELLS_APART = 0.06;

const schemes = [
  ["light", 0],
  ["dark", 1],
] as const;

test.each(schemes)("series on the %s surface can be seen, and told apart by everybody", (_, at) => {
  const surface = colors("surface")[at]!;
  const series = Array.from({ length: 8 }, (_, n) => colors(`series-${n + 1}`)[at]!);
  for (const color of series) expect(contrast(color, surface)).toBeGreaterThanOrEqual(3);
  for (const [sight, matrix] of Object.entries(SIGHTS)) {
    const seen = series.map((color) => oklab(times(matrix, color)));
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(0, i)) {
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, sight).toBeGreaterThan(TELLS_APART);
      }
    }
  }
});

test.each(schemes)("text of the %s scheme has the contrast that WCAG AA asks for", (_, at) => {
  for (const ground of ["paper", "surface", "surface-raised"]) {
    for (const text of ["ink", "ink-soft", "accent", "danger"]) {
      const found = contrast(colors(text)[at]!, colors(ground)[at]!);
      expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

/** A token's value on light and on dark ground, as linear RGB. */
function colors(name: string): Rgb[] {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens);
  return [linear(found![1]!), linear(found![2]!)];
}

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: Rgb, b: Rgb): number {
  const light = (rgb: Rgb) => 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] + 0.05;
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

function times(matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb {
  const [x, y, z] = matrix.map((row) =>
    Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b)),
  );
  return [x!, y!, z!];
}

/** https://bottosson.github.io/posts/oklab/ */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
