/**
 * Parquet files of the lake, written and read. A file of its own beside the loader's bundle: it is loaded
 * only where there is a lake.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type DecodedArray, parquetReadObjects, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { DataType } from "../events/data-type.ts";

/** As it is in the file: bigint also for timestamps, which are microseconds since 1970; null where there is none. */
export type ParquetValue = string | number | bigint | boolean | null;

type Stored = Pick<SchemaElement, "type" | "converted_type">;
const TEXT: Stored = { type: "BYTE_ARRAY", converted_type: "UTF8" };
const TYPES: Record<DataType, Stored> = {
  bigint: { type: "INT64" },
  double: { type: "DOUBLE" },
  bool: { type: "BOOLEAN" },
  text: TEXT,
  json: TEXT,
  timestamp: { type: "INT64", converted_type: "TIMESTAMP_MICROS" },
};

/** Rows and characters that are in memory before they are written. */
const GROUP_ROWS = 50_000;
const GROUP_CHARACTERS = 32_000_000;

/** A file in memory, to which rows are added. */
export class ParquetFile {
  readonly #names: string[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #columns: ParquetValue[][];
  #characters = 0;

  constructor(columns: readonly { name: string; type: DataType }[]) {
    this.#names = columns.map(({ name }) => name);
    this.#columns = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "root", num_children: columns.length },
        ...columns.map(({ name, type }) => ({
          name,
          ...TYPES[type],
          repetition_type: "OPTIONAL" as const,
        })),
      ],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      createdBy: "dsl",
    });
  }

  /** `row` has a value for each column. */
  add(row: readonly ParquetValue[]): void {
    for (const [at, value] of row.entries()) {
      this.#columns[at]?.push(value);
      if (typeof value === "string") this.#characters += value.length;
    }
    const rows = this.#columns[0]?.length ?? 0;
    if (rows >= GROUP_ROWS || this.#characters > GROUP_CHARACTERS) this.#write();
  }

  /** The bytes of the file, which then is done. */
  finish(): Uint8Array {
    this.#write();
    void this.#writer.finish();
    return this.#bytes.getBytes();
  }

  #write(): void {
    const rows = this.#columns[0]?.length ?? 0;
    if (rows === 0) return;
    const columnData = this.#columns.map((data, at) => ({
      name: this.#names[at] ?? "",
      data: data as unknown as DecodedArray,
    }));
    // A promise only for writers that take their time.
    void this.#writer.write({ columnData, rowGroupSize: rows });
    this.#columns = this.#names.map(() => []);
    this.#characters = 0;
  }
}

/** The rows of a file, each with the values of these columns, null for those that it does not have. */
export async function readParquet(
  bytes: Uint8Array,
  names: readonly string[],
): Promise<ParquetValue[][]> {
  // Its own memory: a small Buffer is a part of a larger one.
  const own = new Uint8Array(bytes).buffer;
  const rows = await parquetReadObjects({
    file: { byteLength: own.byteLength, slice: async (start, end) => own.slice(start, end) },
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    parsers: { timestampFromMicroseconds: (value: bigint) => value },
  });
  return rows.map((row) => names.map((name) => (row[name] ?? null) as ParquetValue));
}
