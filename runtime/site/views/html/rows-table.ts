/**
 * `table.rows-and-columns`: the rows of a table, of one row, or of a query.
 */

import { splitQuery } from "../../links.ts";
import type { CellRows, DisplayRows, SortableColumn } from "../../pages/types.ts";
import { cssClass } from "../css-class.ts";
import { escapeHtml } from "../fast-text/escape.ts";
import {
  cellFrames,
  linkedRows,
  plainRows,
  type TableBody,
  type TableColumn,
} from "../fast-text/table-body.ts";
import {
  type ColumnKind,
  columnKinds,
  type PlainHeader,
  plainHeader,
  sortableHeader,
} from "./column-header.ts";
import { type Html, html, trusted } from "./html.ts";

/** A table, and how many of the rows are in it: a page does not hold any number. */
export interface RowsTable {
  markup: Html;
  shown: number;
}

/**
 * The rows of a table page. Each begins with a link to the page of the row: in the key's own cell
 * where the key is one column, in a Link column otherwise. Rows of views have no page.
 */
export function tableOfRows(
  columns: readonly SortableColumn[],
  rows: DisplayRows,
  tableHref: string,
  truncate: number,
): RowsTable {
  const data = columns.filter((column) => !column.isLink);
  const kinds = columnKinds(rows);
  const keyIsColumn = rows.havePages && columns[0]?.isLink === false;
  // A key that is a link is a name, not a number to compare.
  if (keyIsColumn) kinds[0] = null;
  const headers = columns.map((column) => sortableHeader(column, kinds[data.indexOf(column)]));
  // What is stored in a table is shown as it is; what a view computes is rounded.
  const exact = data.map((column, at) => ({
    ...column,
    isExact: rows.havePages,
    kind: cellKind(kinds[at]),
  }));
  const frames = cellFrames(exact, rows.havePages);
  if (!rows.havePages) return sheet(headers, plainRows(rows, frames, truncate), "rows");
  const [path, query] = splitQuery(tableHref);
  const link = {
    beginning: `<td class="col-${cssClass(columns[0]!.name)} type-pk"><a href="${escapeHtml(path)}/`,
    end: `${escapeHtml(query)}">`,
  };
  const body = linkedRows(rows, link, frames, truncate, keyIsColumn ? 1 : 0);
  return sheet(headers, body, "rows");
}

/** Rows without links to pages of their own. A single one can be laid out as a list of its columns. */
export function plainTable(
  columns: readonly (TableColumn & PlainHeader)[],
  rows: CellRows,
  truncate: number,
  shape: Shape = "rows",
): RowsTable {
  const kinds = columnKinds(rows);
  const headers = columns.map((column, at) => plainHeader(column, kinds[at]));
  const kinded = columns.map((column, at) => ({ ...column, kind: cellKind(kinds[at]) }));
  const frames = cellFrames(kinded, false);
  const body = plainRows(rows, frames, truncate);
  return sheet(headers, body, shape);
}

function cellKind(kind: ColumnKind | undefined): "number" | "json" | null {
  return kind === "number" || kind === "json" ? kind : null;
}

type Shape = "rows" | "one-row";

function sheet(headers: readonly Html[], body: TableBody, shape: Shape): RowsTable {
  const classes = shape === "rows" ? "table-wrapper" : "table-wrapper one-row";
  const markup = html`<div class="${classes}" role="region" aria-label="Rows" tabindex="0"><table class="rows-and-columns">
<thead><tr>${headers}</tr></thead>
<tbody>
${trusted(body.markup)}</tbody>
</table></div>`;
  return { markup, shown: body.rows };
}
