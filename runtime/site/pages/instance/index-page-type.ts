import type { Metadata } from "../../../core/config/config-types.ts";
import type { Refreshed } from "../../site.ts";

/** Everything the front page needs, HTML or JSON. */
export interface IndexPage {
  title: string;
  metadata: Metadata;
  databases: readonly DatabaseSummary[];
  /** Some table has a full-text index. */
  hasSearch: boolean;
  /** The page of the last loads; null where there are none to be seen. */
  loadsHref: string | null;
}

export interface DatabaseSummary {
  name: string;
  /** What its owner calls it; null where that is its name. */
  title: string | null;
  href: string;
  color: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of the file; null for mutable files. */
  hash: string | null;
  /** The largest tables, then views, a handful together. */
  tablesAndViews: readonly IndexEntry[];
  hasMore: boolean;
  tableCount: number;
  /** Sum of the counts of the tables shown; meaningful when `hasCounts`. */
  rowSum: number;
  hasCounts: boolean;
  /** Some table was not counted to its end: there are more rows than the sums say. */
  hasMoreRows: boolean;
  hiddenTableCount: number;
  hiddenRowSum: number;
  viewCount: number;
  hasSearch: boolean;
  refreshed: Refreshed | null;
}

export type IndexEntry = IndexTable | IndexView;

export interface IndexTable {
  kind: "table";
  name: string;
  href: string;
  columns: readonly string[];
  primaryKeys: readonly string[];
  count: number | null;
  ftsTable: string | null;
  /** Foreign keys from and to it; counted only where rows are not. */
  relationships: number;
}

export interface IndexView {
  kind: "view";
  name: string;
  href: string;
}
