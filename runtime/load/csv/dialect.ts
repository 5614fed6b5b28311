/** What a CSV file's beginning says about its form: the delimiter, and whether the first row names columns. */
import { DATE_FORMATS } from "../types/date-text.ts";
import { parseReal } from "../types/number-text.ts";
import { CsvParser, type CsvRow } from "./parser.ts";

/** In the order of preference where two fit equally well. */
const DELIMITERS = [",", ";", "\t", "|"];
/** Rows that are looked at. */
const SAMPLE_ROWS = 200;

/** Excel's own way to say it: a first line "sep=;". Null for a file without one. */
export function statedDelimiter(text: string): { delimiter: string; length: number } | null {
  const match = /^sep=(.)\r?\n/i.exec(text);
  return match?.[1] === undefined ? null : { delimiter: match[1], length: match[0].length };
}

/**
 * The delimiter that divides most rows into the same number of cells, at least two; a comma for a file
 * of one column. `complete`: the text is the whole file.
 */
export function detectDelimiter(text: string, complete: boolean): string {
  let best = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = sampleRows(text, delimiter, complete);
    const score = consistency(rows.map(({ cells }) => cells.length));
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** The first rows as this delimiter divides them. */
export function sampleRows(text: string, delimiter: string, complete: boolean): CsvRow[] {
  const rows = new CsvParser(delimiter).write(text, false);
  // Only the end of the sample is incomplete, unless it is one row or the file has no last line end.
  if (complete || rows.length === 0)
    return new CsvParser(delimiter).write(text, true).slice(0, SAMPLE_ROWS);
  return rows.slice(0, SAMPLE_ROWS);
}

/** Share of rows with the commonest number of cells, 0 where that is one; more cells weigh a little more. */
function consistency(widths: number[]): number {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  return width < 2 ? 0 : count / widths.length + Math.min(width, 100) / 10_000;
}

/**
 * Whether the first row is data: it has a number or date where all other rows have one, too, and that
 * is not a year, which columns are often named after. In doubt it names the columns.
 */
export function isHeaderless(rows: CsvRow[]): boolean {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0) return false;
  return first.cells.some((cell, column) => {
    if (!isFigure(cell) || /^(1[5-9]|20|21)\d\d$/.test(cell.trim())) return false;
    const below = others.map(({ cells }) => cells[column] ?? "").filter((other) => other !== "");
    return below.length > 0 && below.every(isFigure);
  });
}

function isFigure(cell: string): boolean {
  if (parseReal(cell) !== null || /^\d{4}-\d\d-\d\d/.test(cell)) return true;
  return Object.values(DATE_FORMATS).some((read) => read(cell) !== null);
}
