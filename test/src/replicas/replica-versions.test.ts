import fc from "fast-check";
import { expect, test } from "vitest";
import { historyKey, type Manifest } from "../../../runtime/core/format/manifest.ts";
import { MemoryStore } from "../../../runtime/core/store/memory-store.ts";
import {
  buildManifest,
  encodeManifest,
} from "../../../runtime/publisher/publish/manifest-build.ts";
import { ReplicaVersions } from "../../../src/replicas/replica-versions.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DATABASE = {
  name: "shop",
  origin: "follow" as const,
  updatedAt: "",
  source: null,
  size: 0,
  sha256: "0".repeat(64),
  index: `${"0".repeat(64)}.bin`,
  inspection: { tables: [], views: [], summaries: null },
};

function manifestOf(version: number, minute: number): Manifest {
  return buildManifest(version, new Date(START + minute * 60_000), "0", [DATABASE], {
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
    replica: "shop",
  });
}

/** Versions by number, with the minute at which each was published; the last one is current. */
async function kept(versions: readonly [number: number, minute: number][]) {
  const store = new MemoryStore("s3://b/shop");
  const manifests = versions.map(([number, minute]) => manifestOf(number, minute));
  for (const manifest of manifests) {
    await store.put(historyKey(manifest.version), encodeManifest(manifest));
  }
  // Of the claim, and of somebody who was killed before it became current.
  await store.put(historyKey(0), encodeManifest(manifestOf(0, 0)));
  await store.put(historyKey(manifests.at(-1)!.version + 1), encodeManifest(manifestOf(99, 0)));
  return ReplicaVersions.find(store, manifests.at(-1)!);
}

test("--at is the newest version that was published by then and is kept, exact where none is missing before it", async () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(gaps, fc.integer({ min: -2, max: 300 }), async (steps, minute) => {
      let [number, at] = [0, 0];
      const versions = steps.map(([more, later]): [number, number] => {
        number += more;
        at += later;
        return [number, at];
      });
      const found = await kept(versions);
      const time = new Date(START + minute * 60_000).toISOString();
      const expected = versions.findLast(([, published]) => published <= minute);
      if (expected === undefined) {
        await expect(found.at(time)).rejects.toThrow("is before the first version");
        return;
      }
      const next = versions[versions.indexOf(expected) + 1];
      const { manifest, isExact } = await found.at(time);
      expect({ version: manifest.version, isExact }).toEqual({
        version: expected[0],
        isExact: next === undefined || next[0] === expected[0] + 1,
      });
    }),
    { numRuns: 60 },
  );
});

test("a version that is gone is an error with the nearest ones and their times", async () => {
  const versions = await kept([
    [3, 10],
    [7, 20],
  ]);
  expect((await versions.numbered(3)).version).toBe(3);
  await expect(versions.numbered(5)).rejects.toThrow(
    "Version 5 of s3://b/shop is not kept; the nearest are 3 (2026-01-01T00:10:00.000Z) and 7 (2026-01-01T00:20:00.000Z)",
  );
  for (const number of [0, 8]) {
    await expect(versions.numbered(number)).rejects.toThrow(/the nearest is [37] /);
  }
});
