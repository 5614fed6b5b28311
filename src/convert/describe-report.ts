/** A load's report for people. Pure. */
import { formatCount } from "../../runtime/core/quantities.ts";
import type { ColumnReport, TableReport } from "../../runtime/load/model/report.ts";

/** Columns of a table that are listed. */
const LISTED = 20;

/** "sales: 41,200 rows from sales.csv (CSV, commas, utf-8)" and what its columns are. */
export function describeTable({ table, rows, files, format, columns }: TableReport): string[] {
  const from = files.length === 1 ? files[0] : formatCount(files.length, "file");
  const listed = columns.slice(0, LISTED).map((column) => describeColumn(column, rows));
  const more = columns.length > LISTED ? `, and ${columns.length - LISTED} more` : "";
  return [
    `${table}: ${formatCount(rows, "row")} from ${from} (${format})`,
    `  ${listed.join(", ")}${more}`,
  ];
}

function describeColumn({ name, type, empty, dates }: ColumnReport, rows: number): string {
  const notes = [
    ...(dates === undefined ? [] : [`dates, were ${dates}`]),
    ...(empty === 0
      ? []
      : [empty === rows ? "all empty" : `${empty.toLocaleString("en-US")} empty`]),
  ];
  return `${name} ${type}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}
