/** Parquet files as tables. */

import { open, stat } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData, SchemaTree } from "hyparquet";
import { LoadError } from "../model/load-error.ts";
import { tableName } from "../model/names.ts";
import type { Row, TableReader } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";

/** Cells that are decoded at once: they take some 100 MB. Fewer would decode a row group more often. */
const CELLS_AT_ONCE = 2_000_000;
/** Bytes of a row group, which is decoded as a whole; writers make them of some 100 MB. */
const MAX_ROW_GROUP = 2 ** 31;

/** Opens the file at `path`, which the user knows as `name`. Throws a LoadError for a damaged one. */
export async function openParquet(path: string, name: string): Promise<ParquetTable> {
  // Loaded only when there is a Parquet file: they are most of the code of loading.
  const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
  const { size } = await stat(path);
  const { metadata, schema, largest } = await orDamaged(name, async () => {
    const found = await parquetMetadataAsync(fileBuffer(path, size));
    const sizes = (found.row_groups ?? []).map(({ total_byte_size }) => Number(total_byte_size));
    return { metadata: found, schema: parquetSchema(found), largest: Math.max(0, ...sizes) };
  });
  if (largest > MAX_ROW_GROUP) throw tooLarge(name, largest);
  return orDamaged(name, async () => new ParquetTable(path, size, name, metadata, schema));
}

class ParquetTable implements TableReader {
  readonly name: string;
  readonly file: string;
  readonly format = "Parquet";
  readonly untyped = false;
  readonly columns: string[];
  readonly warnings: string[] = [];
  readonly #path: string;
  readonly #size: number;
  readonly #metadata: FileMetaData;
  readonly #schema: SchemaTree;

  constructor(
    path: string,
    size: number,
    name: string,
    metadata: FileMetaData,
    schema: SchemaTree,
  ) {
    this.name = tableName(name);
    this.file = name;
    this.columns = schema.children.map(({ element }) => element.name);
    this.#path = path;
    this.#size = size;
    this.#metadata = metadata;
    this.#schema = schema;
  }

  async *rows(): AsyncIterable<Row[]> {
    const { parquetRead } = await import("hyparquet");
    const { compressors } = await import("hyparquet-compressors");
    const scales = this.#schema.children.map(({ element }) =>
      element.converted_type === "DECIMAL" ? (element.scale ?? 0) : null,
    );
    const rowsAtOnce = Math.ceil(CELLS_AT_ONCE / this.columns.length);
    let first = 0;
    for (const group of this.#metadata.row_groups) {
      const end = first + Number(group.num_rows);
      for (let rowStart = first; rowStart < end; rowStart += rowsAtOnce) {
        const rowEnd = Math.min(rowStart + rowsAtOnce, end);
        const rows = await orDamaged(this.file, async () => {
          let found: unknown[][] = [];
          await parquetRead({
            file: fileBuffer(this.#path, this.#size),
            metadata: this.#metadata,
            compressors,
            parsers: ISO_DATES,
            // Bytes that nothing calls text are bytes.
            utf8: false,
            rowStart,
            rowEnd,
            onComplete: (read) => {
              found = read;
            },
          });
          // A damaged count could promise rows without end.
          if (found.length !== rowEnd - rowStart) throw new Error("it promises more than it has");
          return found.map((row, i) => ({
            cells: row.map((value, column) => toCell(value, scales[column] ?? null)),
            line: rowStart + i + 1,
          }));
        });
        yield rows;
      }
      first = end;
    }
  }
}

const ISO_DATES = {
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  timestampFromMilliseconds: (value: bigint) => timestamp(value, 1_000n),
  timestampFromMicroseconds: (value: bigint) => timestamp(value, 1_000_000n),
  timestampFromNanoseconds: (value: bigint) => timestamp(value, 1_000_000_000n),
};

/** "2024-12-31 13:05:00", with a fraction where there is one. */
function timestamp(value: bigint, perSecond: bigint): string {
  const fraction = ((BigInt(value) % perSecond) + perSecond) % perSecond;
  const seconds = (BigInt(value) - fraction) / perSecond;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
  if (fraction === 0n) return text;
  const digits = String(fraction).padStart(String(perSecond).length - 1, "0");
  return `${text}.${digits.replace(/0+$/, "")}`;
}

function toCell(value: unknown, scale: number | null): Cell {
  switch (typeof value) {
    case "number":
      return scale === null ? finite(value) : Number(value.toFixed(Math.min(scale, 100)));
    case "bigint":
      return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
    case "string":
      return value;
    case "boolean":
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.toISOString().slice(0, 19).replace("T", " ");
      return JSON.stringify(value, jsonValue);
  }
}

/** SQLite stores NaN as NULL, and so do we. */
function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function jsonValue(_: string, value: unknown): unknown {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

/** Ranges of the file as hyparquet asks for them. */
function fileBuffer(path: string, size: number): AsyncBuffer {
  return {
    byteLength: size,
    slice: (start, end = size) => quiet(readRange(path, start, end, size)),
  };
}

/**
 * hyparquet reads columns side by side. Where one fails it does not wait for the others, whose
 * rejections then end the process because nobody handles them. So what it makes of a promise from here
 * is handled, whatever becomes of it; who waits for it still sees the rejection.
 */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  const { then } = promise;
  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and what it begets has to be quiet too.
  promise.then = (fulfilled, rejected) => quiet(then.call(promise, fulfilled, rejected)) as never;
  return promise;
}

/** What a damaged file promises beyond its end is not allocated; places may be NaN. */
async function readRange(path: string, start: number, end: number, size: number) {
  if (!(start >= 0 && end <= size && start <= end)) throw new Error("it promises more than it has");
  const file = await open(path);
  try {
    const bytes = new Uint8Array(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes.buffer;
  } finally {
    await file.close();
  }
}

async function orDamaged<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall) throw error;
    throw new LoadError(
      "damaged_parquet",
      `${name} is no Parquet file that can be read: ${(error as Error).message}`,
      "copy or download the file again",
      { cause: error },
    );
  }
}

function tooLarge(name: string, size: number): LoadError {
  return new LoadError(
    "row_group_too_large",
    `${name} has a row group of ${size} bytes, and at most ${MAX_ROW_GROUP} are decoded at once`,
    "write it with smaller row groups, of some 100,000 rows",
  );
}
