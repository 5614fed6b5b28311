import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import type { StorageMode } from "./inputs.ts";

/** Megabytes of /tmp: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
const SMALLEST = 512;
const LARGEST = 10_240;
/** For SQLite's temporary files: sorting, and the indexes that a query makes for itself. */
const SLACK = 128;
/** Growth that needs no stack update. */
const HEADROOM = 1.25;
const STEP = 512;
const MEGABYTE = 1024 * 1024;

/**
 * Megabytes of /tmp for databases of `bytes`: room for two versions of everything, the one that is
 * served and the one that is being fetched. What is deployed stays while it is enough, so that new
 * data rarely needs a stack update. Throws a DslError when Lambda has not that much.
 */
export function ephemeralStorage(
  storage: StorageMode,
  bytes: number,
  deployed: number | null,
): number {
  if (storage === "embed") return SMALLEST;
  const needed = Math.ceil((2 * bytes) / MEGABYTE) + SLACK;
  if (needed > LARGEST) throw tooLarge(bytes);
  if (deployed !== null && deployed >= needed) return deployed;
  const wanted = Math.ceil((needed * HEADROOM) / STEP) * STEP;
  return Math.min(LARGEST, Math.max(SMALLEST, wanted));
}

function tooLarge(bytes: number): DslError {
  const limit = ((LARGEST - SLACK) / 2) * MEGABYTE;
  return new DslError(
    "too_large",
    `The databases have ${formatBytes(bytes)} together; a stack can serve at most ${formatBytes(limit)}`,
    "publish them as several stacks, or leave out tables and indexes that nobody reads, then VACUUM",
  );
}
