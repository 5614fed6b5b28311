/**
 * `table.rows-and-columns`: the rows of a table, of one row, or of a query. Rows are put together as
 * plain strings, which takes half the time of templates.
 */
import type { CellRows, DisplayRows, SortableColumn } from "../../pages/types.ts";
import { type CellType, cellHtml, cellType } from "./cell.ts";
import { numericColumns, plainHeader, sortableHeader } from "./column-header.ts";
import { cssClass } from "./css-class.ts";
import { escapeHtml, type Html, html, onePiece, trusted } from "./html.ts";

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
  rows: DisplayRows,
  tableHref: string,
  truncate: number,
): Html {
  const data = columns.filter((column) => !column.isLink);
  const numeric = numericColumns(rows);
  const keyIsColumn = rows.havePages && columns[0]?.isLink === false;
  // A key that is a link is a name, not a number to compare.
  if (keyIsColumn) numeric[0] = false;
  const headers = columns.map((column) => sortableHeader(column, numeric[data.indexOf(column)]));
  const frames = cellFrames(data, rows.havePages);
  if (!rows.havePages) return sheet(headers, plainRows(rows, frames, truncate), "rows");
  const link = `<td class="col-${cssClass(columns[0]!.name)} type-pk"><a href="${escapeHtml(tableHref)}/`;
  const body = linkedRows(rows, link, frames, truncate, keyIsColumn ? 1 : 0);
  return sheet(headers, body, "rows");
}

/** Rows without links or sorting. A single one can be laid out as a list of its columns. */
export function plainTable(
  columns: readonly TableColumn[],
  rows: CellRows,
  truncate: number,
  shape: Shape = "rows",
): Html {
  const numeric = numericColumns(rows);
  const headers = columns.map(({ name }, at) => plainHeader(name, numeric[at]));
  const frames = cellFrames(columns, false);
  const body = plainRows(rows, frames, truncate);
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

/** What a column decides of its cells. */
class CellFrame {
  readonly columnType: string | null;
  readonly #beginning: string;
  #type: CellType | null = null;
  #opening = "";

  /**
   * Each cell's opening closes the one before it: every piece of markup less makes putting together a
   * page of thousands of pieces quicker. `isFirst` says that there is none before it.
   */
  constructor({ name, columnType }: TableColumn, isFirst: boolean) {
    this.columnType = columnType;
    this.#beginning = `${isFirst ? "" : "</td>"}<td class="col-${cssClass(name)} type-`;
  }

  /** What is before the content of a cell with a value of this type. */
  opening(type: CellType): string {
    // Most cells have the type of the one above.
    if (type !== this.#type) {
      this.#type = type;
      // Dates must not be broken at their hyphens.
      this.#opening = onePiece(`${this.#beginning}${type === "date" ? "str date" : type}">`);
    }
    return this.#opening;
  }
}

function cellFrames(columns: readonly TableColumn[], hasLinks: boolean): CellFrame[] {
  return columns.map((column, at) => new CellFrame(column, at === 0 && !hasLinks));
}

function plainRows(rows: CellRows, frames: readonly CellFrame[], truncate: number): string {
  let body = "";
  for (let row = 0; row < rows.length; row++) {
    body += "<tr>";
    body = appendCells(body, rows, row, frames, truncate, 0);
  }
  return body;
}

/** `link` is the beginning of the first cell, up to the path of the row; cells from `first` on follow it. */
function linkedRows(
  rows: DisplayRows,
  link: string,
  frames: readonly CellFrame[],
  truncate: number,
  first: number,
): string {
  const linkOpening = onePiece(`">${link}`);
  let body = "";
  for (let row = 0; row < rows.length; row++) {
    // Nothing in a path needs escaping, and where nothing was encoded it is the key.
    const path = rows.path(row);
    const isEncoded = path.includes("~") || path.includes("+");
    body += '<tr data-row="';
    body += path;
    body += linkOpening;
    body += `${path}">${isEncoded ? escapeHtml(rows.keyText(row)) : path}</a>`;
    body = appendCells(body, rows, row, frames, truncate, first);
  }
  return body;
}

/** Adds the cells of a row from `first` on, and the row's end, to `markup`. */
function appendCells(
  markup: string,
  rows: CellRows,
  row: number,
  frames: readonly CellFrame[],
  truncate: number,
  first: number,
): string {
  let text = markup;
  for (let at = first; at < frames.length; at++) {
    const cell = rows.cell(row, at);
    const frame = frames[at]!;
    text += frame.opening(cellType(cell));
    text += cellHtml(cell, truncate, frame.columnType);
  }
  return `${text}</td></tr>\n`;
}
