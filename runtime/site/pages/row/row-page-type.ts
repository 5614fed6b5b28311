import type { Metadata } from "../../../core/config/config-types.ts";
import type { DisplayColumn, DisplayRows } from "../types.ts";

/** Everything the HTML page of a row needs. */
export interface RowPage {
  database: string;
  databaseColor: string;
  table: string;
  primaryKeys: readonly string[];
  /** As in the URL, decoded. */
  primaryKeyValues: readonly string[];
  metadata: Metadata;
  /** Primary keys first. */
  columns: readonly DisplayColumn[];
  /** The row; a view can have several rows under one "key". */
  rows: DisplayRows;
  /** Rows of other tables that refer to this one. */
  foreignKeyTables: readonly ForeignKeyTable[];
  exports: { json: string };
}

/** Under the names that the JSON API has. */
export interface ForeignKeyTable {
  other_table: string;
  /** The referring column. */
  other_column: string;
  /** The column referred to. */
  column: string;
  count: bigint | number;
  /** The other table, filtered. */
  link: string;
}
