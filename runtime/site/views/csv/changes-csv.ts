import { changedCells } from "../../../core/btree/changed-cells.ts";
import type { RowChange } from "../../../core/btree/compare-tables.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { ChangesPage } from "../../pages/changes/changes-page.ts";
import { type CsvColumns, csvHeading, csvRows } from "./csv.ts";

/** A line a cell: which row, which column, what it was, what it is. Ends with a sentence where it is not all. */
export function changesCsv(page: ChangesPage, isSafe: boolean): string {
  const { primaryKey, rows, stopped } = page;
  const csv: CsvColumns = {
    columns: ["change", ...primaryKey, "column", "before", "after"],
    expandedColumns: [],
    labels: new Map(),
    isSafe,
    blobUrl: (_row, _column, bytes) => `BLOB of ${bytes.length} bytes`,
  };
  const end = stopped === null ? "" : `These are not all changes: ${stopped}\r\n`;
  const lines = rows.flatMap((row) => linesOf(page, row));
  return csvHeading(csv) + csvRows(csv, lines) + end;
}

function linesOf(
  { columns }: ChangesPage,
  { change, key, before, after }: RowChange,
): SqlValue[][] {
  if (before !== null && after !== null) {
    return changedCells(columns, before, after).map(([name, cell]) => [
      change,
      ...key,
      name,
      cell.before,
      cell.after,
    ]);
  }
  return after !== null
    ? columns.after.map((name, at) => [change, ...key, name, null, after[at] ?? null])
    : columns.before.map((name, at) => [change, ...key, name, before![at] ?? null, null]);
}
