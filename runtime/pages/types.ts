/** Parts that several pages have in common. */
import type { SqlValue } from "../values.ts";

/** A value in a table or query result, with what a page needs to show it. */
export type Cell = SqlValue | ForeignKeyCell | BlobCell;

/** A foreign key whose target has a label. `href` is the page of the row it refers to. */
export interface ForeignKeyCell {
  kind: "foreign-key";
  value: SqlValue;
  label: SqlValue;
  href: string;
}

export interface BlobCell {
  kind: "blob";
  bytes: Uint8Array;
  /** Its download. */
  href: string;
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

export interface DisplayRow {
  /** The encoded primary key, which is the last part of the row's path; null for views. */
  path: string | null;
  /** The primary key, readable; null for views. */
  keyText: string | null;
  /** One for each column that is not the `Link` column, in the columns' order. */
  cells: Cell[];
}

/** A field of a form; `hidden` ones keep options that are in the URL already. */
export interface HiddenField {
  name: string;
  value: string;
}
