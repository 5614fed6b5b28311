/** The headers of a table of rows. Scripts learn from their `data-` attributes what a column is. */
import type { CellRows, SortableColumn } from "../../pages/types.ts";
import { cssClass } from "./css-class.ts";
import { type Html, html, NOTHING } from "./html.ts";

export function plainHeader(name: string, isNumeric = false): Html {
  return html`<th class="${headerClass(name, isNumeric)}" scope="col" data-column="${name}">${name}</th>`;
}

/** A header that is a link to the same rows in the order of this column. */
export function sortableHeader(column: SortableColumn, isNumeric = false): Html {
  const { name, type, sorted, sortHref, description } = column;
  const order = sorted === "asc" ? "ascending" : "descending";
  const mark = sorted === "asc" ? html`&nbsp;&#9660;` : html`&nbsp;&#9650;`;
  return html`<th class="${headerClass(name, isNumeric)}" scope="col"${
    sorted === null ? NOTHING : html` aria-sort="${order}"`
  } data-column="${name}" data-column-type="${type.toLowerCase()}" data-column-not-null="${column.notNull ? 1 : 0}" data-is-pk="${column.isPrimaryKey ? 1 : 0}"${
    column.isLink ? html` data-is-link-column="1"` : NOTHING
  }${
    description === null
      ? NOTHING
      : html` data-column-description="${description}" title="${description}"`
  }>${
    sortHref === null
      ? name
      : html`<a href="${sortHref}" rel="nofollow">${name}${sorted === null ? NOTHING : mark}</a>`
  }</th>`;
}

function headerClass(name: string, isNumeric: boolean): string {
  return isNumeric ? `col-${cssClass(name)} number` : `col-${cssClass(name)}`;
}

/** Per column: whether its first value that is not null is a number that is no foreign key. */
export function numericColumns(rows: CellRows): boolean[] {
  return Array.from({ length: rows.width }, (_, at) => {
    for (let row = 0; row < rows.length; row++) {
      const cell = rows.cell(row, at);
      if (cell !== null) return typeof cell === "bigint" || typeof cell === "number";
    }
    return false;
  });
}
