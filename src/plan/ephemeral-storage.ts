import type { StorageMode } from "./inputs.ts";

/** Megabytes of /tmp: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
const SMALLEST = 512;
const LARGEST = 10_240;
/** Left for SQLite's temporary files: sorting, and the indexes that a query makes for itself. */
const SLACK = 128;

/** Megabytes that `--cache-mb` takes. */
export const LARGEST_CACHE = LARGEST - SLACK;

/**
 * Megabytes of /tmp, where blocks of the databases are kept. Any size serves databases of any size;
 * more of it fetches less. What is deployed stays when nothing else is asked for.
 */
export function ephemeralStorage(
  storage: StorageMode,
  cacheMegabytes: number | undefined,
  deployed: number | null,
): number {
  if (storage === "embed") return SMALLEST;
  if (cacheMegabytes === undefined) return deployed ?? SMALLEST;
  return Math.max(SMALLEST, cacheMegabytes + SLACK);
}
