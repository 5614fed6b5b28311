/** Parts that several pages have in common. */
import type { ColumnFormat } from "../../core/config/config-types.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import type { TextPart } from "../queries/search-parts.ts";

/** A value in a table or query result, with what a page needs to show it. */
export type Cell = SqlValue | ForeignKeyCell | BlobCell | MarkedCell;

/** A foreign key whose target has a label. */
export interface ForeignKeyCell {
  kind: "foreign-key";
  value: SqlValue;
  /** The value as text. */
  key: string;
  label: SqlValue;
  table: ReferencedTable;
  /** The encoded key, which is the last part of the path of the page of the row. */
  path: string;
  /** Whether this cell stands for all equal references, on all pages. */
  isShared: boolean;
  /** What the view has made of a shared cell. */
  markup: string | null;
}

/** The table that a column refers to. */
export interface ReferencedTable {
  /** Its page. */
  href: string;
  /** What the view has made of it: links to its rows, before and behind the row's path. */
  link: { beginning: string; end: string } | null;
}

export interface BlobCell {
  kind: "blob";
  bytes: Uint8Array;
  /** Its download. */
  href: string;
}

/** A text in which something was found that was searched for. */
export interface MarkedCell {
  kind: "marked";
  value: string;
  /** All of it. */
  parts: readonly TextPart[];
}

export interface DisplayColumn {
  name: string;
  sortable: boolean;
  isPrimaryKey: boolean;
  /** Declared type, as written in the schema; "" for none. */
  type: string;
  notNull: boolean;
  description: string | null;
  /** Configured column type (`url`, `email`, `json`, `textarea`). */
  columnType: string | null;
  columnTypeConfig: unknown;
  /** How its values are shown; left out: as they are. */
  format?: ColumnFormat | undefined;
}

/** A column's header on a table page. */
export interface SortableColumn extends DisplayColumn {
  /** True for the `Link` column, which is not in the data. */
  isLink: boolean;
  /** How the rows are sorted by this column now. */
  sorted: "asc" | "desc" | null;
  /** The same rows sorted by this column (the other way round when they are already); null when they cannot be. */
  sortHref: string | null;
}

/**
 * Rows of cells, each told by its number, from 0. A page has thousands of cells: they are made when
 * they are asked for, and not kept.
 */
export interface CellRows {
  readonly length: number;
  /** Cells of a row. */
  readonly width: number;
  cell(row: number, at: number): Cell;
}

/** Rows of a table: one cell for each column that is not the `Link` column, in the columns' order. */
export interface DisplayRows extends CellRows {
  /** Whether each row has a page of its own. Those of views have none. */
  readonly havePages: boolean;
  /** The primary key, readable. */
  keyText(row: number): string;
  /** The encoded primary key, which is the last part of the path of the row's page. */
  path(row: number): string;
}

/** A field of a form; `hidden` ones keep options that are in the URL already. */
export interface HiddenField {
  name: string;
  value: string;
}
