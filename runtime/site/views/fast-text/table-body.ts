/** The body of a table as one string: its rows and their cells. */
import type { ColumnFormat } from "../../../core/config/config-types.ts";
import type { CellRows, DisplayRows } from "../../pages/types.ts";
import { cssClass } from "../css-class.ts";
import { type CellType, cellHtml, cellType, roundedHtml } from "./cell.ts";
import { escapeHtml } from "./escape.ts";
import { type CellFormatter, formatterOf } from "./format-value.ts";
import { onePiece } from "./one-piece.ts";

export interface TableColumn {
  name: string;
  /** Configured column type, such as `url`. */
  columnType: string | null;
  /** Its values are marked as the key of their row. */
  isKey?: boolean;
  /** Its numbers are shown with all their digits. */
  isExact?: boolean;
  /** How its values are shown. */
  format?: ColumnFormat | undefined;
  /** What is in it, as far as that decides how its cells look. */
  kind?: "number" | "json" | null;
}

/** Rows as markup: as many as a page may hold, and at least one. */
export interface TableBody {
  markup: string;
  /** How many rows are in it. */
  rows: number;
}

/**
 * Where the rows of a page end, in characters. Lambda lets 6 MB through: this is at most 4.5 MB of
 * UTF-8, and the rest of the page needs some, too.
 */
const MOST_CHARACTERS = 1_500_000;

/**
 * How many characters of a value fit a page, whatever is in its other columns.
 * @param truncate the setting `truncate_cells_html`: 0 for all
 */
export function cellLimit(truncate: number, columns: number): number {
  const most = Math.max(1, Math.floor(MOST_CHARACTERS / Math.max(1, columns)));
  return truncate === 0 ? most : Math.min(truncate, most);
}

/** What a column decides of its cells. */
export class CellFrame {
  readonly columnType: string | null;
  readonly isKey: boolean;
  readonly isExact: boolean;
  readonly formatter: CellFormatter | null;
  readonly #beginning: string;
  readonly #kind: TableColumn["kind"];
  #type: CellType | null = null;
  #opening = "";

  /**
   * Each cell's opening closes the one before it: every piece of markup less makes putting together a
   * page of thousands of pieces quicker. `isFirst` says that there is none before it.
   */
  constructor({ name, columnType, isKey, isExact, format, kind }: TableColumn, isFirst: boolean) {
    this.columnType = columnType;
    this.isKey = isKey ?? false;
    this.isExact = isExact ?? false;
    this.formatter = format === undefined ? null : formatterOf(format);
    this.#kind = kind;
    this.#beginning = `${isFirst ? "" : "</td>"}<td class="col-${cssClass(name)} type-`;
  }

  /** What is before the content of a cell with a value of this type. */
  opening(type: CellType): string {
    // Most cells have the type of the one above.
    if (type !== this.#type) {
      this.#type = type;
      this.#opening = onePiece(`${this.#beginning}${this.#classes(type)}">`);
    }
    return this.#opening;
  }

  /** Dates must not be broken at their hyphens, JSON takes one line, what is missing stands below numbers. */
  #classes(type: CellType): string {
    if (type === "date") return "str date";
    if (type === "str" && this.#kind === "json") return "str json";
    return type === "none" && this.#kind === "number" ? "none number" : type;
  }
}

export function cellFrames(columns: readonly TableColumn[], hasLinks: boolean): CellFrame[] {
  return columns.map((column, at) => new CellFrame(column, at === 0 && !hasLinks));
}

export function plainRows(
  rows: CellRows,
  frames: readonly CellFrame[],
  truncate: number,
): TableBody {
  const limit = cellLimit(truncate, frames.length);
  let body = "";
  let row = 0;
  for (; row < rows.length && body.length < MOST_CHARACTERS; row++) {
    body += "<tr>";
    body = appendCells(body, rows, row, frames, limit, 0);
  }
  return { markup: body, rows: row };
}

/** The first cell of a row up to the row's path, and what is behind that up to the end of the tag. */
interface RowLink {
  beginning: string;
  end: string;
}

/** `link` is what the first cell links with; cells from `first` on follow it. */
export function linkedRows(
  rows: DisplayRows,
  { beginning, end }: RowLink,
  frames: readonly CellFrame[],
  truncate: number,
  first: number,
): TableBody {
  const linkOpening = onePiece(`">${beginning}`);
  const limit = cellLimit(truncate, frames.length);
  let body = "";
  let row = 0;
  for (; row < rows.length && body.length < MOST_CHARACTERS; row++) {
    // Nothing in a path needs escaping, and where nothing was encoded it is the key.
    const path = rows.path(row);
    const isEncoded = path.includes("~") || path.includes("+");
    body += '<tr data-row="';
    body += path;
    body += linkOpening;
    body += `${path}${end}${isEncoded ? escapeHtml(rows.keyText(row)) : path}</a>`;
    body = appendCells(body, rows, row, frames, limit, first);
  }
  return { markup: body, rows: row };
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
    const formatted = frame.formatter === null ? null : frame.formatter(cell);
    const content =
      formatted ??
      (typeof cell === "number" && !frame.isExact
        ? roundedHtml(cell)
        : cellHtml(cell, truncate, frame.columnType));
    text += frame.isKey ? `<strong>${content}</strong>` : content;
  }
  return `${text}</td></tr>\n`;
}
