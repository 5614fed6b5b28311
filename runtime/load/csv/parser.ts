/**
 * CSV text → rows of cells, piece by piece. RFC 4180, and what real files do beyond it: any delimiter
 * of one character, quotes inside unquoted cells, text after a closing quote.
 *
 * A parser of our own, because types need to know which cells were quoted and messages need line
 * numbers, and the usual packages tell neither.
 */
import { LoadError } from "../model/load-error.ts";

/** In characters. A longer row is a quote that was never closed, or no CSV; memory stays bounded. */
const MAX_ROW_LENGTH = 16 * 1024 * 1024;

const LF = 10;
const CR = 13;
const QUOTE = 34;

export interface CsvRow {
  cells: string[];
  /** Line of the file in which the row begins, from 1. */
  line: number;
  /** Columns whose cells were quoted and not empty; null for none. */
  quoted: number[] | null;
}

export class CsvParser {
  readonly #delimiter: number;
  readonly #quotes: boolean;
  #rest = "";
  /** Pieces that wait until they are worth another look at a long row that was not complete. */
  #waiting: string[] = [];
  #waitingLength = 0;
  #line: number;
  #open: number | null = null;

  /** With `quotes` false, quotes are ordinary characters. `line` is that of the first row. */
  constructor(delimiter: string, quotes = true, line = 1) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quotes = quotes;
    this.#line = line;
  }

  /** Line of the last row when that has an opening quote and no closing one, else null. */
  get openQuote(): number | null {
    return this.#open;
  }

  /**
   * Takes the next piece and returns the rows that are complete; `last` completes the final row, also
   * one with an open quote. Lines without any character are no rows. Throws a LoadError for a row that
   * is too long.
   */
  write(piece: string, last: boolean): CsvRow[] {
    if (this.#mayWait(piece, last)) return [];
    const text = this.#rest + this.#waiting.join("") + piece;
    this.#waiting = [];
    this.#waitingLength = 0;
    const rows: CsvRow[] = [];
    this.#open = null;
    let at = 0;
    while (at < text.length) {
      const end = this.#readRow(text, at, last, rows);
      if (end < 0) break;
      at = end;
    }
    this.#rest = last ? "" : text.slice(at);
    if (this.#rest.length > MAX_ROW_LENGTH) throw this.#tooLong();
    return rows;
  }

  /** A row is looked at from its beginning again, so it has to double in between. */
  #mayWait(piece: string, last: boolean): boolean {
    const length = this.#waitingLength + piece.length;
    if (last || length >= this.#rest.length || this.#rest.length + length > MAX_ROW_LENGTH) {
      return false;
    }
    this.#waiting.push(piece);
    this.#waitingLength = length;
    return true;
  }

  /** Appends the row at `at` to `rows` and returns where the next begins; -1 when it is not complete. */
  #readRow(text: string, at: number, last: boolean, rows: CsvRow[]): number {
    const cells: string[] = [];
    let quoted: number[] | null = null;
    const { length } = text;
    const delimiter = this.#delimiter;
    let lines = 0;
    let i = at;
    for (;;) {
      if (this.#quotes && i < length && text.charCodeAt(i) === QUOTE) {
        const close = closingQuote(text, i + 1);
        if (close >= length) {
          this.#open = this.#line;
          if (!last) return -1;
        } else if (close === length - 1 && !last) return -1;
        const end = endOfCell(text, close + 1, delimiter);
        let cell = text.slice(i + 1, close);
        if (cell.includes('""')) cell = cell.replaceAll('""', '"');
        lines += countNewlines(cell);
        if (end > close + 1) cell += text.slice(close + 1, end);
        if (cell !== "") {
          if (quoted === null) quoted = [cells.length];
          else quoted.push(cells.length);
        }
        cells.push(cell);
        i = end;
      } else {
        const start = i;
        // The loop of endOfCell, written out: it is where most of the time goes.
        for (; i < length; i++) {
          const code = text.charCodeAt(i);
          if (code === delimiter || (code <= CR && (code === LF || code === CR))) break;
        }
        cells.push(text.slice(start, i));
      }
      if (i >= length) {
        if (!last) return -1;
        break;
      }
      const code = text.charCodeAt(i++);
      if (code === delimiter) continue;
      if (code === CR) {
        if (i >= length && !last) return -1;
        if (text.charCodeAt(i) === LF) i++;
      }
      break;
    }
    if (cells.length > 1 || cells[0] !== "" || i - at > 2) {
      rows.push({ cells, line: this.#line, quoted });
    }
    this.#line += lines + 1;
    return i;
  }

  #tooLong(): LoadError {
    const size = `${MAX_ROW_LENGTH / 1024 / 1024} million characters`;
    const line = this.#line;
    if (this.#open !== null) {
      return new LoadError(
        "unclosed_quote",
        `The quote that is opened in the row at line ${line} is not closed within ${size}`,
        `look at the quotes in line ${line}: one in a cell is written as two`,
        { line },
      );
    }
    return new LoadError(
      "row_too_long",
      `The row at line ${line} is longer than ${size}`,
      "check that the file is CSV",
      { line },
    );
  }
}

/** Index of the quote that closes the cell whose text begins at `at`; the text's length if none does. */
function closingQuote(text: string, at: number): number {
  for (let i = at; ; i += 2) {
    i = text.indexOf('"', i);
    if (i < 0) return text.length;
    if (text.charCodeAt(i + 1) !== QUOTE) return i;
  }
}

function endOfCell(text: string, at: number, delimiter: number): number {
  let i = at;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === delimiter || code === LF || code === CR) break;
  }
  return Math.min(i, text.length);
}

/** As an editor counts them: LF, CR LF, or CR. */
function countNewlines(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) count++;
  }
  return count;
}
