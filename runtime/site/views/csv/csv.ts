import { integerText, realText, type SqlValue } from "../../../core/sqlite/values.ts";
import type { Labels } from "../../queries/labels.ts";

/** What the cells of a table or query become in CSV. */
export interface CsvColumns {
  columns: readonly string[];
  /** Columns that get a second column with their labels. */
  expandedColumns: readonly string[];
  labels: ReadonlyMap<string, Labels>;
  /** Text that a spreadsheet would run as a formula gets an apostrophe in front. */
  isSafe: boolean;
  /** Where a BLOB can be downloaded: CSV has links to them. */
  blobUrl(row: readonly SqlValue[], column: string, bytes: Uint8Array): string;
}

const LINE_END = "\r\n";

/** The line of column names. */
export function csvHeading({ columns, expandedColumns, isSafe }: CsvColumns): string {
  const names = columns.flatMap((column) =>
    expandedColumns.includes(column) ? [column, `${column}_label`] : [column],
  );
  return csvLine(isSafe ? names.map(withoutFormula) : names);
}

export function csvRows(source: CsvColumns, rows: readonly (readonly SqlValue[])[]): string {
  const { columns, blobUrl } = source;
  const expansions = columns.map((column) =>
    source.expandedColumns.includes(column) ? (source.labels.get(column) ?? null) : undefined,
  );
  let text = "";
  for (const row of rows) {
    let line = "";
    for (let index = 0; index < columns.length; index++) {
      if (index > 0) line += ",";
      const value = row[index] ?? null;
      line +=
        value instanceof Uint8Array
          ? quoteField(blobUrl(row, columns[index]!, value))
          : csvField(value, source.isSafe);
      const labels = expansions[index];
      if (labels === undefined) continue;
      line += ",";
      if (labels?.has(value)) line += csvField(labels.get(value), source.isSafe);
    }
    text += (line === "" && columns.length === 1 ? EMPTY_FIELD : line) + LINE_END;
  }
  return text;
}

/** A line that is one empty field would be no line at all. */
const EMPTY_FIELD = '""';

/** Most values are numbers, which need no quotes. */
function csvField(value: SqlValue, isSafe: boolean): string {
  if (value === null) return "";
  if (typeof value === "bigint") return integerText(value);
  if (typeof value === "number") return isSafe ? withoutFormula(realText(value)) : realText(value);
  const text = typeof value === "string" ? value : Buffer.from(value).toString();
  return quoteField(isSafe ? withoutFormula(text) : text);
}

function csvLine(fields: readonly string[]): string {
  if (fields.length === 1 && fields[0] === "") return EMPTY_FIELD + LINE_END;
  return fields.map(quoteField).join(",") + LINE_END;
}

/** Quoted only where it has to be. */
function quoteField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${withDoubledQuotes(field)}"` : field;
}

const LONG_FIELD = 10_000;
const QUOTE = 34;

/**
 * Long fields byte by byte: a value of 16 MB of quotes takes a tenth of a second so, and with `replaceAll`
 * one and several hundred MB of memory.
 */
function withDoubledQuotes(field: string): string {
  if (field.length < LONG_FIELD) return field.replaceAll('"', '""');
  const from = Buffer.from(field);
  const to = Buffer.allocUnsafe(2 * from.length);
  let end = 0;
  for (const byte of from) {
    to[end++] = byte;
    if (byte === QUOTE) to[end++] = QUOTE;
  }
  return to.toString("utf8", 0, end);
}

/** Beginnings of what spreadsheets take for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function withoutFormula(field: string): string {
  return FORMULA.test(field) && !NUMBER.test(field) ? `'${field}` : field;
}
