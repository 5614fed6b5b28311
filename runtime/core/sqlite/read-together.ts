/**
 * Fetching several missing blocks at the same time. A statement reads them one after the other, each of
 * them a round trip to the bucket; where it can be said in parts what it reads, the parts are tried
 * without waiting, so that each says which block it lacks, and all of those are fetched together.
 */
import type { SqlParameters } from "./connection.ts";
import type { BlockReads } from "./paged-files.ts";
import type { SqlValue } from "./values.ts";

/** Runs a statement that helps to find out what another one is going to read. */
export type Ask = (sql: string, parameters: SqlParameters) => SqlValue[][];

/** A statement that reads a part of that. */
export interface Part {
  sql: string;
  parameters: SqlParameters;
}

/**
 * A part lacks a block for each level of a B-tree, and a thread asks for a limited number at a time.
 * What is still missing after so many rounds is fetched by `read` itself.
 */
const MOST_ROUNDS = 100;

/** What `read` returns. `partsOf` is called when a block was missing: parts may be run again and again. */
export function readTogether<T>(
  reads: BlockReads,
  read: () => T,
  partsOf: () => readonly (() => unknown)[],
): T {
  const { gathered, result } = attempt(reads, () => ({ value: read() }));
  if (gathered === 0 && result !== null) return result.value;
  let missing = gathered === 0 ? [] : orNone(partsOf);
  for (let round = 0; round < MOST_ROUNDS && missing.length > 0; round++) {
    const { gathered, result } = attempt(reads, () => missing.filter((part) => !succeeds(part)));
    if (gathered === 0) break;
    missing = result ?? [];
  }
  return read();
}

/** `result`: null when it failed. `gathered`: so many blocks were missing, and have been fetched. */
function attempt<T>(reads: BlockReads, run: () => T): { gathered: number; result: T | null } {
  let result: T | null = null;
  reads.expect();
  try {
    result = run();
  } catch {
    // Run again without haste it fails again, or not.
  }
  return { gathered: reads.gather(), result };
}

/** To find the parts may fail; `read` then says why, if it fails, too. */
function orNone<T>(list: () => readonly T[]): readonly T[] {
  try {
    return list();
  } catch {
    return [];
  }
}

function succeeds(part: () => unknown): boolean {
  try {
    part();
    return true;
  } catch {
    return false;
  }
}
