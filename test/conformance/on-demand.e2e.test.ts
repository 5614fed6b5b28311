import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SMALL_BLOCKS, startPaged } from "../runtime/site/sources/paged.ts";
import { publishDatabase } from "../runtime/site/sources/published.ts";
import type { ConformanceRecord } from "./records.ts";
import { replay } from "./replay.ts";

const exceptions: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "exceptions.json"), "utf8"),
);

/** Replays with a cache of so many blocks of 4 KiB; gives the ids that differ and should not. */
async function replayOnDemand(blocks: number) {
  const paged = await startPaged({ blocks });
  onTestFinished(() => paged.close());
  const locate = async (path: string) => {
    const name = basename(path);
    const published = publishDatabase(paged.s3.objects, name, path, SMALL_BLOCKS);
    const { url } = await paged.databases.open(published);
    return { url, reads: paged.databases.reads };
  };
  return {
    differing: async (wanted: (record: ConformanceRecord) => boolean) => {
      const replayed = await replay(wanted, locate);
      return replayed
        .filter(({ comparison }) => comparison.differences.length > 0)
        .map(({ record }) => record.id)
        .filter((id) => !(id in exceptions));
    },
    blocks: async () =>
      (await paged.s3.traffic()).keys.filter((key) => key.startsWith("blocks/")).length,
  };
}

test("read on demand in blocks of 4 KiB, every recorded answer is what it is from the file", async () => {
  const small = await replayOnDemand(40);
  const differing = await small.differing(() => true);
  expect(await small.blocks()).toBeGreaterThan(1_000);
  // Some counts have 5 ms: their answers are incomplete until the blocks are here.
  expect(differing.length).toBeLessThan(50);
  const large = await replayOnDemand(10_000);
  const again = () => large.differing(({ id }) => differing.includes(id));
  await expect.poll(again, { timeout: 60_000 }).toEqual([]);
});
