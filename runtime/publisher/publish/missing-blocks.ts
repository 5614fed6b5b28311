import { BLOCK_SIZE } from "../../core/format/manifest.ts";

/**
 * A block that no kept version refers to is removed once it is a day old (garbage.ts). Reusing only
 * those younger than this leaves the publisher half a day to finish, and room for a wrong clock.
 */
export const REUSE_HOURS = 12;

const HOUR_MS = 3_600_000;

/** Where the raw bytes of a block are. */
export interface BlockSource {
  sha256: string;
  file: string;
  offset: number;
  length: number;
}

/** Each block of these databases once, at the first place where it occurs. */
export function distinctBlocks(
  databases: { snapshot: string; size: number; blocks: string[] }[],
): BlockSource[] {
  const distinct = new Map<string, BlockSource>();
  for (const { snapshot, size, blocks } of databases) {
    for (const [i, sha256] of blocks.entries()) {
      if (distinct.has(sha256)) continue;
      const offset = i * BLOCK_SIZE;
      const length = Math.min(BLOCK_SIZE, size - offset);
      distinct.set(sha256, { sha256, file: snapshot, offset, length });
    }
  }
  return [...distinct.values()];
}

/**
 * The blocks that must be uploaded: those that are neither in the current version nor stored so
 * recently that no collector can be about to remove them.
 *
 * @param current names of the current version's blocks
 * @param stored when each block in the bucket was last written, by name
 */
export function missingBlocks(
  blocks: BlockSource[],
  current: ReadonlySet<string>,
  stored: ReadonlyMap<string, Date>,
  now: Date,
): BlockSource[] {
  const oldest = now.getTime() - REUSE_HOURS * HOUR_MS;
  return blocks.filter(({ sha256 }) => {
    const written = stored.get(sha256);
    return !current.has(sha256) && (written === undefined || written.getTime() < oldest);
  });
}
