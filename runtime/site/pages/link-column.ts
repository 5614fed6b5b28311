import type { SortableColumn } from "./types.ts";

/** The first column of tables whose rows no column of theirs leads to: a link to each row's page. */
export const LINK_COLUMN: SortableColumn = {
  name: "Link",
  sortable: false,
  isPrimaryKey: false,
  type: "",
  notNull: false,
  description: null,
  columnType: null,
  columnTypeConfig: null,
  isLink: true,
  sorted: null,
  sortHref: null,
};
