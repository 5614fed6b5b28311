/** What a reader hands over for one cell; undefined where the row has no such cell. */
export type Cell = string | number | bigint | Uint8Array | null | undefined;

/** What goes into SQLite. */
export type Value = string | number | bigint | Uint8Array | null;

export type ColumnType = "INTEGER" | "REAL" | "TEXT" | "BLOB";

export const INT64_MAX = 2n ** 63n - 1n;
export const INT64_MIN = -(2n ** 63n);
