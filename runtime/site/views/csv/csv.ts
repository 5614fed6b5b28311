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
    const fields: string[] = [];
    for (let index = 0; index < columns.length; index++) {
      const value = row[index] ?? null;
      fields.push(
        value instanceof Uint8Array ? blobUrl(row, columns[index]!, value) : fieldText(value),
      );
      const labels = expansions[index];
      if (labels === undefined) continue;
      fields.push(labels?.has(value) ? fieldText(labels.get(value)) : "");
    }
    text += csvLine(source.isSafe ? fields.map(withoutFormula) : fields);
  }
  return text;
}

function fieldText(value: SqlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return realText(value);
  return typeof value === "bigint" ? integerText(value) : Buffer.from(value).toString();
}

function csvLine(fields: readonly string[]): string {
  // A line that is one empty field would be no line at all.
  if (fields.length === 1 && fields[0] === "") return `""${LINE_END}`;
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
