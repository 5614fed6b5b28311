import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_SIZE } from "../../../../runtime/core/format/manifest.ts";
import {
  distinctBlocks,
  missingBlocks,
  REUSE_HOURS,
} from "../../../../runtime/publisher/publish/missing-blocks.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

/** Few names, so that blocks occur again within and between databases. */
const blockName = fc.constantFrom(..."abcdefghij");
const databases = fc.array(
  fc
    .record({
      blocks: fc.array(blockName, { minLength: 1 }),
      last: fc.integer({ min: 1, max: BLOCK_SIZE }),
    })
    .map(({ blocks, last }) => ({
      snapshot: "file.db",
      size: (blocks.length - 1) * BLOCK_SIZE + last,
      blocks,
    })),
  { minLength: 1, maxLength: 4 },
);
const stored = fc
  .dictionary(blockName, fc.integer({ min: 0, max: 48 }))
  .map((hours) => new Map(Object.entries(hours).map(([name, age]) => [name, hoursAgo(age)])));

describe("distinct blocks", () => {
  test("name every block once, where its bytes are", () => {
    fc.assert(
      fc.property(databases, (all) => {
        const distinct = distinctBlocks(all);
        expect(new Set(distinct.map(({ sha256 }) => sha256))).toEqual(
          new Set(all.flatMap(({ blocks }) => blocks)),
        );
        expect(new Set(distinct.map(({ sha256 }) => sha256)).size).toBe(distinct.length);
        for (const { sha256, offset, length } of distinct) {
          const owner = all.find(({ blocks }) => blocks[offset / BLOCK_SIZE] === sha256)!;
          expect(offset + length).toBeLessThanOrEqual(owner.size);
          expect(length === BLOCK_SIZE || offset + length === owner.size).toBe(true);
        }
      }),
    );
  });
});

describe("missing blocks", () => {
  test("are exactly those that are neither current nor stored lately", () => {
    fc.assert(
      fc.property(databases, fc.uniqueArray(blockName), stored, (all, current, written) => {
        const blocks = distinctBlocks(all);
        const missing = missingBlocks(blocks, new Set(current), written, NOW);
        for (const block of blocks) {
          const time = written.get(block.sha256);
          const isSafe =
            current.includes(block.sha256) || (time !== undefined && time >= hoursAgo(REUSE_HOURS));
          expect(missing.includes(block)).toBe(!isSafe);
        }
      }),
    );
  });

  test("are none right after they have been uploaded", () => {
    fc.assert(
      fc.property(databases, stored, (all, written) => {
        const blocks = distinctBlocks(all);
        const afterwards = new Map(written);
        for (const { sha256 } of missingBlocks(blocks, new Set(), written, NOW)) {
          afterwards.set(sha256, NOW);
        }
        expect(missingBlocks(blocks, new Set(), afterwards, NOW)).toEqual([]);
      }),
    );
  });
});
