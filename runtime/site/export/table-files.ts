/**
 * Rows as XLSX and Parquet, bit by bit. A file of its own in the function's package, loaded when such a
 * file is asked for: its writers are more than a cold start should read.
 */
import { writeXlsxStream } from "hucre/xlsx";
import type { DecodedArray } from "hyparquet";
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { type SqlValue, valueText } from "../../core/sqlite/values.ts";
import { RowSpool } from "./row-spool.ts";

/** What all values of a column are, NULL aside. */
export type StoredType = "integer" | "real" | "text" | "blob" | "mixed";

export interface TableFile {
  name: string;
  columns: readonly { name: string; type: StoredType }[];
  rows: Iterable<readonly SqlValue[]>;
}

/** Where rows wait until all of them are known. */
export function spoolOf(columns: readonly string[]): RowSpool {
  return new RowSpool(columns.length);
}

/** A cell of a spreadsheet holds so many characters. */
const LONGEST_CELL = 32_767;
/** Names of sheets: https://support.microsoft.com/office/rename-a-worksheet-3f1f7148-ee83-404d-8ef0-9ff99fbad1f9 */
const LONGEST_NAME = 31;
/** Characters that XML 1.0 does not have. */
const NO_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

export function xlsxFile({ name, columns, rows }: TableFile): AsyncIterable<Uint8Array> {
  const sheet = name
    .replace(/[\\/?*[\]:]/g, " ")
    .replace(/^'|'$/g, " ")
    .slice(0, LONGEST_NAME);
  function* cells(): Iterable<(string | number | null)[]> {
    yield columns.map((column) => cellText(column.name));
    for (const row of rows) yield row.map(cellValue);
  }
  return writeXlsxStream(cells(), {
    name: sheet.trim() || "rows",
    freezePane: { rows: 1 },
  }) as unknown as AsyncIterable<Uint8Array>;
}

function cellValue(value: SqlValue): string | number | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "string") return cellText(value);
  const number = Number(value);
  // What a double cannot hold stays what it is, as text.
  const isExact = typeof value === "number" ? Number.isFinite(value) : Number.isSafeInteger(number);
  return isExact ? number : valueText(value);
}

/** What looks like a character's number is read as the character: ECMA-376, 22.9.2.19 (ST_Xstring). */
const LIKE_A_NUMBER = /_(?=x[0-9a-fA-F]{4}_)/g;

function cellText(text: string): string {
  const known = text.replace(NO_XML, "\ufffd").slice(0, LONGEST_CELL);
  return known.replace(LIKE_A_NUMBER, "_x005F_");
}

/** Rows that are kept until they are written; fewer where they are large. */
const GROUP = 10_000;
/**
 * A group's least and largest value are kept until the file ends, for each column, and are written at its end: of
 * columns with longer values (in characters or bytes) none are, else the longest of all rows would be in memory.
 */
const LONGEST_BOUND = 256;

const PARQUET_TYPES = {
  integer: "INT64",
  real: "DOUBLE",
  text: "STRING",
  blob: "BYTE_ARRAY",
  mixed: "STRING",
} as const;

/** @param groupBytes how much text rows may have together that are kept until they are written */
export async function* parquetFile(
  { columns, rows }: TableFile,
  groupBytes: number,
): AsyncIterable<Uint8Array> {
  const chunks = new Chunks();
  const columnData = (group: readonly (readonly SqlValue[])[]) =>
    columns.map(({ name, type }, at) => ({
      name,
      type: PARQUET_TYPES[type],
      nullable: true,
      statistics: group.every((row) => lengthOf(row[at] ?? null) <= LONGEST_BOUND),
      data: group.map((row) => stored(row[at] ?? null, type)) as unknown as DecodedArray,
    }));
  const schema = schemaFromColumnData({ columnData: columnData([]) });
  const writer = new ParquetWriter({ writer: chunks, schema, createdBy: "dsl" });
  let group: (readonly SqlValue[])[] = [];
  let bytes = 0;
  for (const row of rows) {
    for (const value of row) bytes += lengthOf(value);
    if (group.push(row) < GROUP && bytes < groupBytes) continue;
    await writer.write({ columnData: columnData(group), rowGroupSize: GROUP });
    group = [];
    bytes = 0;
    yield chunks.take();
  }
  if (group.length > 0) await writer.write({ columnData: columnData(group), rowGroupSize: GROUP });
  await writer.finish();
  yield chunks.take();
}

/** Of text and bytes; numbers take next to nothing. */
function lengthOf(value: SqlValue): number {
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}

function stored(value: SqlValue, type: StoredType): SqlValue | undefined {
  if (value === null) return undefined;
  if (type === "real") return Number(value);
  return type === "mixed" ? valueText(value) : value;
}

/** What was written and not yet taken. Offsets go on counting. */
class Chunks extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}
