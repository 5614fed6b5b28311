import type { Metadata } from "../../../core/config/config-types.ts";
import type { FacetResult, SuggestedFacet } from "../../queries/facet-types.ts";
import type { ChartLink } from "../chart-links.ts";
import type { Sharing } from "../share.ts";
import type { DisplayRows, HiddenField, SortableColumn } from "../types.ts";

/** Everything the HTML page of a table or view needs. Every `href` is ready to use. */
export interface TablePage {
  database: string;
  /** Six hex digits. */
  databaseColor: string;
  table: string;
  isView: boolean;
  /** `title`, `description`, `description_html`, `license`, `license_url`, `source`, … */
  metadata: Metadata;
  /** Descriptions of the metadata's `columns`, those of absent columns included. */
  columnDescriptions: readonly { name: string; description: string }[];

  /** Rows that match; null when they were not counted. One more than the limit when `countTruncated`. */
  count: number | null;
  countTruncated: boolean;
  /** Runs the count without the limit; null unless truncated and custom SQL is allowed. */
  countAllHref: string | null;
  /** `where … sorted by …`; "" when there is nothing to say. */
  humanDescription: string;

  /** The page about what is in the columns. */
  columnsHref: string;
  columns: readonly SortableColumn[];
  rows: DisplayRows;
  /** The page of the table without any arguments; those of its rows are below it. */
  tableHref: string;
  primaryKeys: readonly string[];
  /** All columns of the table, whether shown or not. */
  allColumns: readonly string[];
  /** There are fewer rows than were asked for, because more would be too large for a page. */
  isShortened: boolean;
  /** Absolute; null on the last page. */
  nextHref: string | null;
  /** null on the first page, and where it is not known. */
  previousHref: string | null;
  /** The number of the first row among all, from 1; null where it is not known. */
  firstRow: number | null;

  filterChips: FilterChips;

  search: TableSearch | null;
  /** What was searched for though there is nothing to search in; null otherwise. */
  ignoredSearch: string | null;
  filterForm: FilterForm;
  /** Clauses of `_where`. */
  extraWheres: readonly { sql: string; removeHref: string }[];
  /** Opens the page's query in the SQL editor; null where custom SQL is not allowed. */
  viewAndEditSql: { href: string; sql: string } | null;

  /** In the order in which they are shown. */
  facets: readonly TableFacet[];
  facetsTimedOut: readonly string[];
  suggestedFacets: readonly SuggestedFacet[];
  allowFacet: boolean;

  exports: TableExports;
  sharing: Sharing;
  charts: readonly ChartLink[];
  /** The `create table` or `create view` statement, with indexes; null for a virtual schema. */
  definition: string | null;
}

export interface TableFacet extends FacetResult {
  /** The same page with all values of its facets; null when all are shown. */
  moreHref: string | null;
}

/** The filters in force, conditions in SQL aside. */
export interface FilterChips {
  chips: readonly { text: string; removeHref: string }[];
  /** The page without all of them. */
  clearHref: string;
}

export interface TableSearch {
  /** The FTS table that the form has to name, because its address alone does not lead there. */
  ftsTable: string | null;
  /** "" before a search. */
  text: string;
}

export interface FilterForm {
  action: string;
  /** Filters in force, one row of the form each. */
  selections: readonly { column: string; lookup: string; value: string }[];
  /** Columns to choose from. */
  columns: readonly string[];
  /** Operators to choose from. `noArgument` ones are sent as `key__1`. */
  lookups: readonly { key: string; display: string; noArgument: boolean }[];
  /** Columns one may sort by; the select is left out when there is none. */
  sortColumns: readonly string[];
  /** The column sorted by, where there is one. */
  sort: string | null;
  sortDescending: boolean;
  hiddenFields: readonly HiddenField[];
}

/** Links to the same rows in other formats. */
export interface TableExports {
  json: string;
  csv: string;
  /** All rows, from the first page on; null where there are no exports of all rows. */
  files: { xlsx: string; parquet: string } | null;
  /** JSON in other shapes. `object` is null for tables without a primary key. */
  shapes: { default: string; array: string; newlineDelimited: string; object: string | null };
  csvForm: {
    action: string;
    hiddenFields: readonly HiddenField[];
    /** How many rows it will have, from the first one shown here; at most so many unless `isExact`. */
    rows: { count: number; isExact: boolean };
    /** Whether there are labels to expand. */
    labels: boolean;
    /** Whether all rows, beyond this page, can be streamed. */
    stream: boolean;
    /** All rows from the first page on; null on the first page, and where there are no streams. */
    streamHref: string | null;
  };
}
