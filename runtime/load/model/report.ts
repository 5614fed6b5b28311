/** What a load decided and what went by the way: shown by the command, kept with what was published. */

import type { LoadedTable } from "../../core/format/loads.ts";
import type { LoadMode } from "./rules.ts";

export interface ColumnReport {
  name: string;
  /** INTEGER, REAL, TEXT or BLOB; whatever was declared in a table that was copied. */
  type: string;
  /** Cells without a value: missing ones, and empty ones in columns of numbers. */
  empty: number;
  /** How dates were written that are ISO now, such as "DD.MM.YYYY"; absent where nothing was rewritten. */
  dates?: string;
}

export interface TableReport {
  table: string;
  /** The files that its rows came from, as the user named them. */
  files: string[];
  /** How they were understood: "CSV, semicolons, windows-1252". */
  format: string;
  mode: LoadMode;
  /** Rows read. */
  rows: number;
  columns: ColumnReport[];
  warnings: string[];
}

export interface LoadReport {
  tables: TableReport[];
  /** About files rather than tables: what was left out. */
  warnings: string[];
  /** False when the database was what these files give already; it was not written to. */
  changed: boolean;
  bytesRead: number;
  milliseconds: number;
}

/** As the manifest has it. */
export function loadedTable({
  table,
  format,
  mode,
  rows,
  columns,
  warnings,
}: TableReport): LoadedTable {
  return {
    table,
    format,
    mode,
    rows,
    columnCount: columns.length,
    columns: columns.map(({ name, type, empty, dates = null }) => ({ name, type, empty, dates })),
    warnings,
  };
}
