import { hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBlockIndex } from "../../../../runtime/core/format/block-index.ts";
import { parseManifest } from "../../../../runtime/core/format/manifest.ts";
import {
  buildManifest,
  encodeIndex,
  encodeManifest,
  manifestEntry,
  sameContent,
} from "../../../../runtime/publisher/publish/manifest-build.ts";
import { database, OPTIONS } from "../../../src/plan/examples.ts";

const JANUARY = new Date("2026-01-01T00:00:00Z");
const JULY = new Date("2026-07-01T00:00:00Z");
const SHOP = [entry("shop", "abc")];

function entry(name: string, content: string) {
  return manifestEntry(database(name, content), "typed", undefined, JANUARY);
}

test("content that did not change keeps its time and its source", () => {
  const before = manifestEntry(database("shop", "abc"), "inbox", undefined, JANUARY);
  expect(before).toMatchObject({ updatedAt: JANUARY.toISOString(), source: "shop.db" });
  const renamed = { ...database("shop", "abc"), source: "/elsewhere/other.db" };
  expect(manifestEntry(renamed, "inbox", before, JULY)).toEqual(before);
  const changed = { ...database("shop", "abd"), source: "/elsewhere/other.db" };
  expect(manifestEntry(changed, "inbox", before, JULY)).toMatchObject({
    updatedAt: JULY.toISOString(),
    source: "other.db",
  });
});

test("a block list is named after its bytes and can be read by the runtime", () => {
  const { size, blocks } = database("shop", "abc");
  const { name, bytes } = encodeIndex({ size, blocks, hot: null });
  expect(name).toBe(`${hash("sha256", bytes)}.bin`);
  expect(parseBlockIndex(bytes)).toMatchObject({ size, blocks });
});

test("a manifest can be read by the runtime, whatever is in the configuration", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
      const site = { ...OPTIONS.site, config };
      const manifest = buildManifest(1, JANUARY, "1.0.0", SHOP, site);
      const read = parseManifest(encodeManifest(manifest).toString());
      expect(encodeManifest(read)).toEqual(encodeManifest(manifest));
      expect(sameContent(read, manifest)).toBe(true);
    }),
  );
});

test("time and version do not count as content, everything else does", () => {
  const manifest = buildManifest(1, JANUARY, "1.0.0", SHOP, OPTIONS.site);
  const later = buildManifest(7, JULY, "1.0.0", SHOP, OPTIONS.site);
  expect(sameContent(manifest, later)).toBe(true);
  for (const other of [
    buildManifest(1, JANUARY, "1.0.1", SHOP, OPTIONS.site),
    buildManifest(1, JANUARY, "1.0.0", [entry("shop", "abd")], OPTIONS.site),
    buildManifest(1, JANUARY, "1.0.0", [entry("other", "abc")], OPTIONS.site),
    buildManifest(1, JANUARY, "1.0.0", SHOP, {
      ...OPTIONS.site,
      flags: { ...OPTIONS.site.flags, cors: true },
    }),
  ]) {
    expect(sameContent(manifest, other)).toBe(false);
  }
});

test("dates in a configuration, which YAML has and JSON has not, are the same when read again", () => {
  const site = { ...OPTIONS.site, metadata: { updated: JANUARY } };
  const manifest = buildManifest(1, JANUARY, "1.0.0", SHOP, site);
  expect(sameContent(manifest, parseManifest(encodeManifest(manifest).toString()))).toBe(true);
});
