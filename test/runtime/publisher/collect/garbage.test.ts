import fc from "fast-check";
import { expect, test } from "vitest";
import { historyKey } from "../../../../runtime/core/format/manifest.ts";
import type { ListedObject } from "../../../../runtime/core/store/object-store.ts";
import {
  garbage,
  KEPT_HOURS,
  keptHistory,
  oldObjects,
} from "../../../../runtime/publisher/collect/garbage.ts";

const NOW = new Date("2026-11-21T12:00:00Z").getTime();

function object(key: string, hoursOld: number): ListedObject {
  return { key, size: 1, lastModified: new Date(NOW - hoursOld * 3_600_000) };
}

const MANIFEST = object("manifest.json", 0);

test("the history keeps ten versions up to the current one", () => {
  const listing = Array.from({ length: 14 }, (_, i) => object(historyKey(i + 1), 0));
  expect(keptHistory(listing, 13)).toEqual(Array.from({ length: 10 }, (_, i) => historyKey(i + 4)));
});

test("as many versions are kept as the site says, and those that were current within a time", () => {
  // One every 12 hours, the 20th now.
  const listing = [
    MANIFEST,
    ...Array.from({ length: 20 }, (_, i) => object(historyKey(i + 1), (19 - i) * 12)),
  ];
  const from = (version: number) =>
    Array.from({ length: 21 - version }, (_, i) => historyKey(i + version));
  expect(keptHistory(listing, 20, { versions: 3 })).toEqual(from(18));
  expect(keptHistory(listing, 20, { versions: 100 })).toEqual(from(1));
  // The one that was current 7 days ago is older than that.
  expect(keptHistory(listing, 20, { hours: 168, versions: 1 })).toEqual(from(5));
  expect(keptHistory(listing, 20, { hours: 24 })).toEqual(from(11));
});

test("of a site that is published every second, the last version of each minute and hour stays", () => {
  const seconds = 3_600 * 30;
  const listing = [
    MANIFEST,
    ...Array.from({ length: seconds }, (_, i) =>
      object(historyKey(i + 1), (seconds - 1 - i) / 3_600),
    ),
  ];
  const kept = keptHistory(listing, seconds, { hours: 48, versions: 5 });
  expect(kept.slice(-5)).toEqual(listing.slice(-5).map(({ key }) => key));
  expect(kept.length).toBeGreaterThan(24 * 60 + 5);
  expect(kept.length).toBeLessThan(24 * 60 + 20);
});

test("what is a day old and not referred to goes, history first", () => {
  const listing = [
    object("blocks/aa/old.zst", 25),
    object("blocks/aa/used.zst", 25),
    object("blocks/aa/young.zst", 23),
    object("cards/old.png", 25),
    object("code/old.zip", 1000),
    object("exports/report.csv", 1000),
    object("indexes/old.json", 25),
    object("layers/old.zip", 25),
    MANIFEST,
    object("manifests/0000000001.json", 25),
    object("something/else", 1000),
  ];
  expect(garbage(listing, new Set(["blocks/aa/used.zst"]))).toEqual([
    "manifests/0000000001.json",
    "blocks/aa/old.zst",
    "cards/old.png",
    "code/old.zip",
    "indexes/old.json",
    "layers/old.zip",
  ]);
});

test("age is measured by the bucket's clock: without a manifest nothing is old", () => {
  expect(oldObjects([object("blocks/aa/old.zst", 1000)])).toEqual([]);
  expect(oldObjects([object("blocks/aa/old.zst", 30), object("manifest.json", 10)])).toEqual([]);
});

test("nothing that is referred to or young is ever garbage", () => {
  const key = fc
    .tuple(fc.constantFrom("blocks", "indexes", "manifests", "code", "layers", "x"), fc.nat(50))
    .map(([folder, n]) => `${folder}/${n}`);
  const hoursByKey = fc.dictionary(key, fc.integer({ min: -24, max: 100 }));
  fc.assert(
    fc.property(hoursByKey, fc.array(key), (hours, used) => {
      const listing = Object.entries(hours).map(([name, age]) => object(name, age));
      const gone = garbage([...listing, MANIFEST], new Set(used));
      const expected = Object.entries(hours)
        .filter(([name, age]) => age > KEPT_HOURS && !used.includes(name) && !name.startsWith("x/"))
        .map(([name]) => name);
      expect([...gone].sort()).toEqual(expected.sort());
    }),
  );
});
