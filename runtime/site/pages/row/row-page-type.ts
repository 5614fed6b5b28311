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
  /** What the row is called; null where it is only known by its key. */
  label: string | null;
  /** The rows before and after it, in the order of the key. */
  previousHref: string | null;
  nextHref: string | null;
  metadata: Metadata;
  /** Primary keys first. */
  columns: readonly DisplayColumn[];
  /** The row; a view can have several rows under one "key". */
  rows: DisplayRows;
  /** Rows of other tables that refer to this one. */
  foreignKeyTables: readonly ForeignKeyTable[];
  /** The first ones of these. */
  relatedRows: readonly RelatedRows[];
  exports: { json: string };
}

/** Rows of another table that refer to this one. */
export interface RelatedRows {
  table: string;
  /** The column that refers. */
  column: string;
  /** How many there are. */
  count: number;
  /** All of them. */
  href: string;
  /** The page of the table, below which the pages of its rows are. */
  tableHref: string;
  columns: readonly DisplayColumn[];
  /** The first column is the whole key. */
  hasKeyColumn: boolean;
  rows: DisplayRows;
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
