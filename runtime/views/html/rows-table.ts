/** `table.rows-and-columns`: the rows of a table, of one row, or of a query. */
import type { Cell, DisplayRow, SortableColumn } from "../../pages/types.ts";
import { cellHtml, cellType } from "./cell.ts";
import { cssClass } from "./css-class.ts";
import { escapeHtml, type Html, html, NOTHING, trusted } from "./html.ts";

export interface TableColumn {
  name: string;
  /** Configured column type, such as `url`. */
  columnType: string | null;
}

/** The rows of a table page. A table's first column links to the row; a view has no such column. */
export function tableOfRows(
  columns: readonly SortableColumn[],
  rows: readonly DisplayRow[],
  truncate: number,
): Html {
  const data = columns.filter((column) => !column.isLink);
  const numeric = numericColumns(rows.map((row) => row.cells));
  let at = 0;
  const headers = columns.map((column) =>
    sortableHeader(column, column.isLink ? false : (numeric[at++] ?? false)),
  );
  // Where the key is one column, its cell is the link; the Link column comes before all others.
  const linkIsKey = columns[0]?.isLink === false;
  const classes = data.map(({ name }) => cssClass(name));
  let body = "";
  for (const row of rows) {
    body += "<tr";
    if (row.href !== null)
      body += ` data-row="${escapeHtml(row.href.slice(row.href.lastIndexOf("/") + 1))}"`;
    body += ">";
    let first = 0;
    if (row.href !== null && row.keyText !== null) {
      const keyClass = linkIsKey ? classes[0]! : "Link";
      body += `<td class="col-${keyClass} type-pk"><a href="${escapeHtml(row.href)}">${escapeHtml(row.keyText)}</a></td>`;
      if (linkIsKey) first = 1;
    }
    for (let i = first; i < data.length; i++) {
      body += cellOf(row.cells[i]!, classes[i]!, truncate, data[i]!.columnType);
    }
    body += "</tr>\n";
  }
  return wrapped(headers, body);
}

/** Rows without links or sorting. A single one can be laid out as a list of its columns. */
export function plainTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  truncate: number,
  shape: "rows" | "one-row" = "rows",
): Html {
  const numeric = numericColumns(rows);
  const headers = columns.map(
    ({ name }, at) =>
      html`<th class="col-${cssClass(name)}${numeric[at] ? " number" : ""}" scope="col" data-column="${name}">${name}</th>`,
  );
  const classes = columns.map(({ name }) => cssClass(name));
  let body = "";
  for (const row of rows) {
    body += "<tr>";
    for (let i = 0; i < columns.length; i++) {
      body += cellOf(row[i]!, classes[i]!, truncate, columns[i]!.columnType);
    }
    body += "</tr>\n";
  }
  return wrapped(headers, body, shape);
}

/** Dates must not be broken at their hyphens. */
const ISO_DATE = /^\d{4}-\d\d-\d\d/;

function cellOf(cell: Cell, cssName: string, truncate: number, columnType: string | null): string {
  const date = typeof cell === "string" && ISO_DATE.test(cell) ? " date" : "";
  return `<td class="col-${cssName} type-${cellType(cell)}${date}">${cellHtml(cell, truncate, columnType)}</td>`;
}

function wrapped(headers: Html[], body: string, shape: "rows" | "one-row" = "rows"): Html {
  return html`<div class="table-wrapper${shape === "rows" ? "" : " one-row"}" role="region" aria-label="Rows" tabindex="0"><table class="rows-and-columns">
<thead><tr>${headers}</tr></thead>
<tbody>
${trusted(body)}</tbody>
</table></div>`;
}

function sortableHeader(column: SortableColumn, isNumeric: boolean): Html {
  const { name, sorted, sortHref, description } = column;
  const mark = sorted === null ? NOTHING : sorted === "asc" ? html`&nbsp;▼` : html`&nbsp;▲`;
  const order =
    sorted === null ? NOTHING : html` aria-sort="${sorted === "asc" ? "ascending" : "descending"}"`;
  return html`<th class="col-${cssClass(name)}${isNumeric ? " number" : ""}" scope="col"${order} data-column="${name}" data-column-type="${column.type.toLowerCase()}" data-column-not-null="${column.notNull ? 1 : 0}" data-is-pk="${column.isPrimaryKey ? 1 : 0}"${column.isLink ? html` data-is-link-column="1"` : NOTHING}${description === null ? NOTHING : html` data-column-description="${description}" title="${description}"`}>${
    sortHref === null ? name : html`<a href="${sortHref}" rel="nofollow">${name}${mark}</a>`
  }</th>`;
}

/** Columns whose first value that is not null is a number that is no foreign key. */
function numericColumns(rows: readonly (readonly Cell[])[]): boolean[] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, at) => {
    const cell = rows.find((row) => row[at] !== null)?.[at];
    return typeof cell === "bigint" || typeof cell === "number";
  });
}
