import type { SqlValue } from "../sqlite/values.ts";
import { isSame, type TableComparison } from "./compare-tables.ts";

/** The cells of a row that are not the same in two versions, of the columns that both have. */
export function changedCells(
  columns: TableComparison["columns"],
  before: readonly SqlValue[],
  after: readonly SqlValue[],
): [name: string, cell: { before: SqlValue; after: SqlValue }][] {
  return columns.after.flatMap((name, at) => {
    const was = columns.before.indexOf(name);
    const cell = { before: before[was] ?? null, after: after[at] ?? null };
    return was < 0 || isSame(cell.before, cell.after) ? [] : [[name, cell]];
  });
}
