import type { Database } from "better-sqlite3";

/** Of better-sqlite3, in KiB. */
const DEFAULT_CACHE_KB = 16_000;
/** A 32nd of the function's memory: a sort takes as much once more before it writes to a file. */
const CACHE_KB_PER_MB = 32;

/** SQLite's page cache, in KiB; 0 for the default. */
export function setCacheSize(database: Database, configuredKb: number): void {
  const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const most = megabytes * CACHE_KB_PER_MB;
  const size = configuredKb || (most > 0 ? Math.min(most, DEFAULT_CACHE_KB) : DEFAULT_CACHE_KB);
  database.pragma(`cache_size = -${size}`);
}
