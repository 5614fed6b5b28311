/** Where the lake's files are in the bucket. Pure. */

const PARQUET = ".parquet";

/** The day of a batch, YYYY-MM-DD in UTC: its id is the time in seconds when it began. */
export function dayOf(loadId: string): string {
  return new Date(Number(loadId) * 1000).toISOString().slice(0, 10);
}

export function tableFolder(table: string): string {
  return `lake/${table}/`;
}

export function dayFolder(table: string, day: string): string {
  return `${tableFolder(table)}day=${day}/`;
}

/** The rows of one batch: the same batch has the same key, whoever writes it and however often. */
export function batchKey(table: string, database: string, loadId: string): string {
  return `${dayFolder(table, dayOf(loadId))}${database}-${loadId}${PARQUET}`;
}

/** Whose batch is in a file; null for files that are something else. */
export function batchOf(key: string): { database: string; loadId: string } | null {
  const [, database, loadId] = /\/([\w-]+)-(\d+\.\d{6})\.parquet$/.exec(key) ?? [];
  return database === undefined || loadId === undefined ? null : { database, loadId };
}

/** Several batches in one file. `tag` stands for which ones. */
export function compactedKey(table: string, day: string, tag: string): string {
  return `${dayFolder(table, day)}compacted-${tag}${PARQUET}`;
}

/** What loaders tell each other about the lake. */
export const SCHEMA_KEY = "loads/lake/schema.json";
export const COMPACTION_KEY = "loads/lake/compaction.json";
export function exportedKey(database: string): string {
  return `loads/lake/exported/${database}.json`;
}
