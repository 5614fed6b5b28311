/**
 * What the request that is being answered has cost so far. One object for a process: Lambda gives an
 * environment one request at a time. Where requests overlap (in `dsl serve`, and while a body is sent bit
 * by bit) what they cost is counted for the one that began last.
 */
import { clock } from "./clock.ts";
export interface RequestFacts {
  /** Milliseconds in SQLite. */
  sqlMs: number;
  statements: number;
  /** Rows that SQLite returned. */
  rows: number;
  /** Whether the answer was known without doing the work: null where that cannot be. */
  cache: "hit" | "miss" | null;
  /** Of the site that answered. */
  version: number | null;
  publishedAt: string | null;
}

const NONE: RequestFacts = {
  sqlMs: 0,
  statements: 0,
  rows: 0,
  cache: null,
  version: null,
  publishedAt: null,
};

export const requestFacts: RequestFacts = { ...NONE };

/** To be called when a request begins. */
export function beginFacts(): void {
  Object.assign(requestFacts, NONE);
}

/** What a statement gives: rows, perhaps among other things. */
export type Rows = readonly unknown[] | { rows: readonly unknown[] };

/** Runs a statement and counts it. */
export function counted<T extends Rows>(run: () => T): T {
  const start = clock();
  requestFacts.statements++;
  try {
    const result = run();
    requestFacts.rows += "rows" in result ? result.rows.length : result.length;
    return result;
  } finally {
    requestFacts.sqlMs += clock() - start;
  }
}

/** How many blocks this process has fetched: in memory that the thread which fetches them shares. */
export const blocksFetched = new Int32Array(new SharedArrayBuffer(4));
