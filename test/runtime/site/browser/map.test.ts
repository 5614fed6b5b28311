import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clustersOf,
  isOnePlace,
  shortCount,
} from "../../../../runtime/site/browser/map-clusters.ts";
import { type MapAnswer, mapUrl, whatIsShown } from "../../../../runtime/site/browser/map-data.ts";
import {
  moved,
  readView,
  spotOf,
  toPixels,
  viewOf,
  writeView,
  zoomed,
} from "../../../../runtime/site/browser/map-view.ts";

const SIZE = { width: 800, height: 400 };
const degrees = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -84, max: 84, noNaN: true }),
);
const spots = fc
  .array(degrees, { minLength: 1, maxLength: 200 })
  .map((all) => all.map(([longitude, latitude]) => spotOf(longitude, latitude)));

describe("A map", () => {
  test("that shows everything has every point in it, each in one cluster", () => {
    fc.assert(
      fc.property(spots, (all) => {
        const clusters = clustersOf(all, viewOf(all, SIZE), SIZE);
        const numbers = clusters.flatMap(({ points }) => points);
        expect(numbers.toSorted((a, b) => a - b)).toEqual(all.map((_, at) => at));
        for (const [at, one] of clusters.entries()) {
          for (const other of clusters.slice(at + 1)) {
            expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(36);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("of a town has the town across, of one place its country", () => {
    const town = viewOf([spotOf(13.2, 52.4), spotOf(13.6, 52.6)], SIZE);
    const [west, east] = [13.2, 13.6].map(
      (longitude) => toPixels(town, SIZE, spotOf(longitude, 52.5)).x,
    );
    expect(east! - west!).toBeGreaterThan(350);
    expect(viewOf([spotOf(13.4, 52.5)], SIZE).scale).toBeLessThan(town.scale / 2);
  });

  test("keeps what is below the pointer while it zooms, and moves by pixels", () => {
    const view = viewOf([spotOf(0, 0), spotOf(20, 20)], SIZE);
    const spot = spotOf(5, 5);
    const at = toPixels(view, SIZE, spot);
    const closer = toPixels(zoomed(view, SIZE, 3, at), SIZE, spot);
    expect(closer.x).toBeCloseTo(at.x, 6);
    expect(closer.y).toBeCloseTo(at.y, 6);
    expect(toPixels(moved(view, 10, -20), SIZE, spot).x).toBeCloseTo(at.x + 10, 6);
    expect(toPixels(moved(view, 10, -20), SIZE, spot).y).toBeCloseTo(at.y - 20, 6);
  });

  test("is spelled in the address and read from it", () => {
    const view = viewOf([spotOf(13, 52), spotOf(14, 53)], SIZE);
    const again = readView(writeView(view));
    expect(again?.scale).toBeCloseTo(view.scale, -2);
    expect(again?.center.x).toBeCloseTo(view.center.x, 4);
    expect(readView("x/y/z")).toBeNull();
    expect(readView(null)).toBeNull();
  });
});

test("points in one place are told from points that are only close", () => {
  const all = [spotOf(1, 1), spotOf(1, 1), spotOf(1.0001, 1)];
  expect(isOnePlace(all, { x: 0, y: 0, points: [0, 1] })).toBe(true);
  expect(isOnePlace(all, { x: 0, y: 0, points: [0, 2] })).toBe(false);
  expect([999, 1000, 49_999].map(shortCount)).toEqual(["999", "1k", "49k"]);
});

test("the map's data is that of the filters, not of the page of rows", () => {
  const url = mapUrl(new URL("https://x.test/db/t?a=1&_next=5"), { geometry: "g" });
  expect(url.href).toBe("https://x.test/db/t/-/map.json?a=1&_geometry=g");
  expect(mapUrl(new URL("https://x.test/db/-/query?sql=select+1"), null).pathname).toBe(
    "/db/-/query/map.json",
  );
});

test.each<[Partial<MapAnswer>, string]>([
  [{}, "2 of 3 rows have a position."],
  [{ rows: 1, positions: 0, points: [] }, "0 of 1 row has a position."],
  [
    { rows: 200_000, positions: 100_000, step: 2 },
    "100,000 of 200,000 rows have a position; 2 of them, evenly chosen, are on the map.",
  ],
  [
    { place: { geometry: "g" }, points: [], geometries: [null] },
    "2 of 3 rows have a position; the first 1 are on the map, more would be too much for one.",
  ],
])("%j is said as %s", (change, text) => {
  const place = { latitude: "lat", longitude: "lon" };
  const answer = { place, places: [place], rows: 3, positions: 2, step: 1 };
  expect(whatIsShown({ ...answer, points: [0, 0, 1, 1], geometries: [], ...change })).toBe(text);
});
