/**
 * Which rows the last batch has written: they are in the database itself, in a table of its own, and so are
 * published with the rows or not at all. Whoever exports a batch reads them from there, also when the one
 * who loaded it is gone.
 */
import type { Database } from "better-sqlite3";

export const RANGES = "_dlt_lake";

/** Rows by SQLite's row numbers, both inclusive. */
export interface RowRange {
  table: string;
  first: number;
  last: number;
}

export class RowRanges {
  readonly #byTable = new Map<string, [first: number, last: number][]>();

  add(table: string, row: number): void {
    const ranges = this.#byTable.get(table);
    const last = ranges?.at(-1);
    if (ranges === undefined) this.#byTable.set(table, [[row, row]]);
    else if (last !== undefined && row === last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }

  /** Replaces what is there of the batch before. Inside of a transaction. */
  record(database: Database, loadId: string): void {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${RANGES} (load_id TEXT NOT NULL, table_name TEXT NOT NULL, first_row BIGINT NOT NULL, last_row BIGINT NOT NULL);
      DELETE FROM ${RANGES}`,
    );
    const insert = database.prepare(`INSERT INTO ${RANGES} VALUES (?, ?, ?, ?)`);
    for (const [table, ranges] of this.#byTable) {
      for (const [first, last] of merged(ranges)) insert.run(loadId, table, first, last);
    }
  }
}

/** The rows of the last batch; null when none was written down. */
export function lastRanges(database: Database): { loadId: string; ranges: RowRange[] } | null {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(RANGES);
  if (isThere === undefined) return null;
  const rows = database
    .prepare<[], { load_id: string; table_name: string; first_row: number; last_row: number }>(
      `SELECT * FROM ${RANGES} ORDER BY table_name, first_row`,
    )
    .all();
  const loadId = rows[0]?.load_id;
  if (loadId === undefined) return null;
  const ranges = rows.map(({ table_name: table, first_row: first, last_row: last }) => {
    return { table, first, last };
  });
  return { loadId, ranges };
}

/** In order, none twice: a row may have been written more than once. */
function merged(ranges: [first: number, last: number][]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = found.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}
