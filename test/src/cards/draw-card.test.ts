import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { CardContent } from "../../../src/cards/card-content.ts";
import { cardSvg, HEIGHT, WIDTH } from "../../../src/cards/card-svg.ts";
import { drawCard } from "../../../src/cards/draw-card.ts";
import { shortened, spelled, widthOf, wrapped } from "../../../src/cards/measure.ts";
import { cardFontFiles } from "../../../src/paths.ts";

const fonts = cardFontFiles.map((file) => new Uint8Array(readFileSync(file)));
const font = { fontBuffers: fonts, defaultFontFamily: "Public Sans" };
const SPELLABLE = "abcXYZ 0189_-&<>\"'{}@%éÅßŁőŒ—…€";

beforeAll(async () => {
  // Loads the WebAssembly for all of this file.
  await drawCard('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
});

/** Public Sans as it is drawn. */
function drawnWidth(text: string): number {
  const escaped = text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="200"><text x="100" y="120" font-family="Public Sans" font-weight="600" font-size="100">${escaped}</text></svg>`;
  const box = new Resvg(svg, { font }).getBBox();
  return box?.width ?? 0;
}

describe("Text on a card", () => {
  const line = fc.string({ unit: fc.constantFrom(...SPELLABLE), minLength: 1, maxLength: 40 });

  test("is never wider than it was measured", () => {
    fc.assert(
      fc.property(line, (text) => {
        const shown = spelled(text);
        if (shown !== null) expect(drawnWidth(shown)).toBeLessThanOrEqual(widthOf(shown, 100) + 12);
      }),
      { numRuns: 40 },
    );
  });

  test("has no letters that the font lacks", () => {
    const lacking = drawnWidth("東");
    expect(lacking).toBeGreaterThan(0);
    expect(spelled("東京")).toBeNull();
    expect(spelled("Москва")).toBeNull();
    expect(spelled("مرحبا")).toBeNull();
    expect(spelled("🐦")).toBeNull();
    expect(spelled("Birds 🐦‍⬛ of  Łódź\n")).toBe("Birds of Łódź");
    expect(spelled("a\u0000b")).toBeNull();
  });

  test("fits where it is put: shortened, or wrapped into so many lines", () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 100, max: 900 }), (text, width) => {
        expect(widthOf(shortened(text, 30, width), 30)).toBeLessThanOrEqual(width);
        const lines = wrapped(text, 30, width, 2);
        expect(lines.length).toBeLessThanOrEqual(2);
        for (const each of lines) expect(widthOf(each, 30)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("A card", () => {
  const look = { accent: "#0b5f7a", logo: null };
  const bird: CardContent = {
    place: ["Ringing station", "birds"],
    title: "Observations & <counts>",
    facts: "4,200 rows · 12 columns",
    description: null,
    names: ["id", "species"],
    chart: {
      title: "Rows by habitat",
      kind: "values",
      bars: [
        { label: "forest", count: 3000 },
        { label: "a very long habitat's name, indeed", count: 1 },
      ],
    },
  };

  test("is a picture of 1200 × 630 of some kilobytes", async () => {
    const png = Buffer.from(await drawCard(cardSvg(bird, look)));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([WIDTH, HEIGHT]);
    expect(png.length).toBeLessThan(100_000);
  });

  test("stays inside its edges and can be drawn whatever it says", () => {
    const text = fc.string({ unit: fc.constantFrom(...SPELLABLE), minLength: 1, maxLength: 300 });
    const bars = fc.array(fc.record({ label: text, count: fc.nat(10_000_000) }), {
      minLength: 2,
      maxLength: 21,
    });
    const chart = fc.record({ title: text, kind: fc.constantFrom("values", "bins"), bars });
    const content = fc.record({
      place: fc.array(text, { maxLength: 2 }),
      title: text,
      facts: text,
      description: fc.option(text),
      names: fc.array(text, { maxLength: 40 }),
      chart: fc.option(chart),
    }) as fc.Arbitrary<CardContent>;
    fc.assert(
      fc.property(content, (any) => {
        const box = new Resvg(cardSvg(any, look), { font }).getBBox();
        expect(box).toMatchObject({ x: 0, y: 0, width: WIDTH, height: HEIGHT });
      }),
      { numRuns: 40 },
    );
  });
});
