/** The headers of a table of rows. Scripts learn from their `data-` attributes what a column is. */
import type { Cell, CellRows, SortableColumn } from "../../pages/types.ts";
import { cssClass } from "../css-class.ts";
import { cellType } from "../fast-text/cell.ts";
import { escapeHtml } from "../fast-text/escape.ts";
import { type Html, html, NOTHING, trusted } from "./html.ts";

/** A column of a result, or of a row. */
export interface PlainHeader {
  name: string;
  sorted?: "asc" | "desc" | null;
  /** The argument that sorts by this column when the form `RESULT_FORM` is sent; null where none does. */
  sortArgument?: "_sort" | "_sort_desc" | null;
}

/** The form that a click on the header of a result sends. */
export const RESULT_FORM = "result-form";

export function plainHeader(
  { name, sorted = null, sortArgument = null }: PlainHeader,
  kind: ColumnKind = null,
): Html {
  const order = sorted === "asc" ? "ascending" : "descending";
  const state = sorted === null ? NOTHING : html` aria-sort="${order}"`;
  const label =
    sortArgument === null
      ? html`${name}`
      : html`<button type="submit" class="sort" form="${RESULT_FORM}" name="${sortArgument}" value="${name}">${name}${trusted(sortMark(sorted))}</button>`;
  return html`<th class="${headerClass(name, kind)}" scope="col"${state} data-column="${name}">${label}</th>`;
}

function sortMark(sorted: "asc" | "desc" | null): string {
  if (sorted === null) return "";
  return sorted === "asc" ? "&nbsp;&#9660;" : "&nbsp;&#9650;";
}

/** A header that is a link to the same rows in the order of this column. */
export function sortableHeader(column: SortableColumn, kind: ColumnKind = null): Html {
  const { type, sorted, sortHref, description } = column;
  // Put together as a plain string: a wide table has many headers, and the name is in each three times.
  const name = escapeHtml(column.name);
  let markup = `<th class="${headerClass(column.name, kind)}" scope="col"`;
  if (sorted !== null) markup += ` aria-sort="${sorted === "asc" ? "ascending" : "descending"}"`;
  markup += ` data-column="${name}" data-column-type="${escapeHtml(type.toLowerCase())}"`;
  markup += column.notNull ? ' data-column-not-null="1"' : ' data-column-not-null="0"';
  markup += column.isPrimaryKey ? ' data-is-pk="1"' : ' data-is-pk="0"';
  if (column.isLink) markup += ' data-is-link-column="1"';
  if (description !== null) {
    const text = escapeHtml(description);
    markup += ` data-column-description="${text}" title="${text}"`;
  }
  if (sortHref === null) return trusted(`${markup}>${name}</th>`);
  return trusted(
    `${markup}><a href="${escapeHtml(sortHref)}" rel="nofollow">${name}${sortMark(sorted)}</a></th>`,
  );
}

function headerClass(name: string, kind: ColumnKind): string {
  return kind === null ? `col-${cssClass(name)}` : `col-${cssClass(name)} ${kind}`;
}

/** What is in a column, for its picture in the header; null where nothing is. */
export type ColumnKind = "number" | "text" | "date" | "json" | "reference" | "binary" | null;

/** Per column: what its first value that is not null is. */
export function columnKinds(rows: CellRows): ColumnKind[] {
  return Array.from({ length: rows.width }, (_, at) => {
    for (let row = 0; row < rows.length; row++) {
      const cell = rows.cell(row, at);
      if (cell !== null) return kindOf(cell);
    }
    return null;
  });
}

function kindOf(cell: Exclude<Cell, null>): ColumnKind {
  switch (typeof cell) {
    case "bigint":
    case "number":
      return "number";
    case "string":
      if (/^\s*[[{]/.test(cell)) return "json";
      return cellType(cell) === "date" ? "date" : "text";
    default:
      if (cell instanceof Uint8Array || cell.kind === "blob") return "binary";
      return cell.kind === "marked" ? "text" : "reference";
  }
}
