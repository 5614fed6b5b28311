/**
 * `table.rows-and-columns`: the rows of a table, of one row, or of a query. Rows are put together as
 * plain strings, which takes half the time of templates.
 */
import type { Cell, DisplayRow, SortableColumn } from "../../pages/types.ts";
import { type CellType, cellHtml, cellType } from "./cell.ts";
import { numericColumns, plainHeader, sortableHeader } from "./column-header.ts";
import { cssClass } from "./css-class.ts";
import { escapeHtml, type Html, html, trusted } from "./html.ts";

export interface TableColumn {
  name: string;
  /** Configured column type, such as `url`. */
  columnType: string | null;
}

/**
 * The rows of a table page. Each begins with a link to the page of the row: in the key's own cell
 * where the key is one column, in a Link column otherwise. Rows of views have no page.
 */
export function tableOfRows(
  columns: readonly SortableColumn[],
  rows: readonly DisplayRow[],
  tableHref: string,
  truncate: number,
): Html {
  const data = columns.filter((column) => !column.isLink);
  const numeric = numericColumns(rows.map((row) => row.cells));
  const hasLinks = rows[0]?.path !== null;
  const keyIsColumn = hasLinks && columns[0]?.isLink === false;
  // A key that is a link is a name, not a number to compare.
  if (keyIsColumn) numeric[0] = false;
  const headers = columns.map((column) => sortableHeader(column, numeric[data.indexOf(column)]));
  const frames = cellFrames(data, hasLinks);
  const linkClass = `col-${cssClass(columns[0]?.name ?? "")} type-pk`;
  const linkOpening = `"><td class="${linkClass}"><a href="${escapeHtml(tableHref)}/`;
  let body = "";
  for (const { path, keyText, cells } of rows) {
    if (path === null || keyText === null) {
      body += "<tr>";
      body = appendCells(body, cells, frames, truncate, 0);
      continue;
    }
    const last = escapeHtml(path);
    body += `<tr data-row="${last}`;
    body += linkOpening;
    body += `${last}">${path === keyText ? last : escapeHtml(keyText)}</a>`;
    body = appendCells(body, cells, frames, truncate, keyIsColumn ? 1 : 0);
  }
  return sheet(headers, body, "rows");
}

/** Rows without links or sorting. A single one can be laid out as a list of its columns. */
export function plainTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  truncate: number,
  shape: Shape = "rows",
): Html {
  const numeric = numericColumns(rows);
  const headers = columns.map(({ name }, at) => plainHeader(name, numeric[at]));
  const frames = cellFrames(columns, false);
  let body = "";
  for (const row of rows) {
    body += "<tr>";
    body = appendCells(body, row, frames, truncate, 0);
  }
  return sheet(headers, body, shape);
}

type Shape = "rows" | "one-row";

function sheet(headers: readonly Html[], body: string, shape: Shape): Html {
  const classes = shape === "rows" ? "table-wrapper" : "table-wrapper one-row";
  return html`<div class="${classes}" role="region" aria-label="Rows" tabindex="0"><table class="rows-and-columns">
<thead><tr>${headers}</tr></thead>
<tbody>
${trusted(body)}</tbody>
</table></div>`;
}

/** What a column decides of its cells: what is before their content, by the type of the value. */
interface CellFrame {
  opening: Readonly<Record<CellType, string>>;
  columnType: string | null;
}

/**
 * Each cell's opening closes the one before it: every piece of markup less makes putting together a
 * page of thousands of pieces quicker. `hasLinks` says whether there is a cell before the first.
 */
function cellFrames(columns: readonly TableColumn[], hasLinks: boolean): CellFrame[] {
  return columns.map(({ name, columnType }, at) => {
    const before = at > 0 || hasLinks ? "</td>" : "";
    const opening = (type: string) => `${before}<td class="col-${cssClass(name)} type-${type}">`;
    return {
      opening: {
        none: opening("none"),
        int: opening("int"),
        float: opening("float"),
        str: opening("str"),
        // Dates must not be broken at their hyphens.
        date: opening("str date"),
        bytes: opening("bytes"),
      },
      columnType,
    };
  });
}

/** Adds the cells from `first` on, and the end of the row, to `markup`. */
function appendCells(
  markup: string,
  cells: readonly Cell[],
  frames: readonly CellFrame[],
  truncate: number,
  first: number,
): string {
  let text = markup;
  for (let at = first; at < frames.length; at++) {
    const cell = cells[at] ?? null;
    const { opening, columnType } = frames[at]!;
    text += opening[cellType(cell)];
    text += cellHtml(cell, truncate, columnType);
  }
  return `${text}</td></tr>\n`;
}
