/** Records of JSON as rows: keys are columns, in the order in which they are first seen. */
import { type ByteSource, readStart } from "../bytes/byte-source.ts";
import { Decoder, detectEncoding, type Encoding, namedEncoding } from "../bytes/encoding.ts";
import { withLast } from "../bytes/with-last.ts";
import { LoadError, ReadAgain } from "../model/load-error.ts";
import { tableName } from "../model/names.ts";
import type { CsvRules } from "../model/rules.ts";
import type { Row, TableReader } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";
import { featureRow, isFeature } from "./geojson.ts";
import { type JsonRecord, type JsonShape, JsonSplitter, parseJson } from "./splitter.ts";

const SAMPLE_BYTES = 128 * 1024;
/** More arrays than this in one object are no set of tables. */
const MAX_TABLES = 1000;

/**
 * The tables in a JSON file: one, or one for each array of records in an object. Throws a LoadError for
 * text that is no JSON and for JSON without records.
 */
export async function openJson(source: ByteSource, rules: CsvRules): Promise<TableReader[]> {
  const start = await readStart(source, SAMPLE_BYTES);
  const encoding =
    rules.encoding === undefined ? detectEncoding(start) : namedEncoding(rules.encoding, start);
  const shape = shapeOf(
    start.toString(encoding.name === "utf-16le" ? "utf16le" : "utf8"),
    source.name,
  );
  const document: JsonDocument = { source, encoding, shape };
  if (shape !== "object") return [new JsonTable(document, tableName(source.name), null)];
  const { arrays, others } = await topLevelKeys(document);
  if (arrays.length === 0) return [new JsonTable(document, tableName(source.name), null)];
  const features = arrays.length === 1 && arrays[0] === "features";
  const tables = arrays.map(
    (key) => new JsonTable(document, features ? tableName(source.name) : tableName(key), key),
  );
  if (others.length > 0 && !features) tables[0]?.leftOut.push(...others);
  return tables;
}

interface JsonDocument {
  source: ByteSource;
  encoding: Encoding;
  shape: JsonShape;
}

/** By the first bytes; the name decides where the first record is longer than these. */
function shapeOf(start: string, name: string): JsonShape {
  const text = start.replace(/^\ufeff/, "").trimStart();
  if (text.startsWith("[")) return "array";
  if (/\.(ndjson|jsonl)(\.\w+)?$/i.test(name)) return "values";
  const splitter = new JsonSplitter(name, "values");
  const records = splitter.write(text, false);
  return records.length > 1 || (records.length === 1 && records[0]?.text !== text.trimEnd())
    ? "values"
    : "object";
}

async function* recordsOf({ source, encoding, shape }: JsonDocument): AsyncIterable<JsonRecord[]> {
  const decoder = new Decoder(encoding, source.name);
  const splitter = new JsonSplitter(source.name, shape);
  try {
    for await (const { piece, last } of withLast(source.open())) {
      const records = splitter.write(decoder.decode(piece, last), last);
      if (records.length > 0) yield records;
    }
  } catch (error) {
    if (!(error instanceof ReadAgain)) throw error;
    throw new LoadError(
      "invalid_utf8",
      `${source.name} is not UTF-8`,
      "--encoding windows-1252, or its real one",
    );
  }
}

/** The keys of the document's object that have arrays of records, and those that have something else. */
async function topLevelKeys(
  document: JsonDocument,
): Promise<{ arrays: string[]; others: string[] }> {
  const [arrays, others] = [new Set<string>(), new Set<string>()];
  for await (const records of recordsOf(document)) {
    for (const { key, inArray, text } of records) {
      if (key === null || arrays.has(key)) continue;
      if (inArray && /^[{[]/.test(text)) arrays.add(key);
      else if (!others.has(key)) others.add(key);
      if (arrays.size > MAX_TABLES) throw tooManyTables(document.source.name);
    }
  }
  return { arrays: [...arrays], others: [...others].filter((key) => !arrays.has(key)) };
}

class JsonTable implements TableReader {
  readonly name: string;
  readonly file: string;
  readonly untyped = false;
  readonly columns: string[] = [];
  readonly warnings: string[] = [];
  /** Keys beside the tables, which have no place in any. */
  readonly leftOut: string[] = [];
  readonly #document: JsonDocument;
  /** Of the array with the records; null for the whole document. */
  readonly #key: string | null;
  #places = new Map<string, number>();
  #isGeo = false;

  constructor(document: JsonDocument, name: string, key: string | null) {
    this.#document = document;
    this.name = name;
    this.file = document.source.name;
    this.#key = key;
  }

  get format(): string {
    if (this.#isGeo) return "GeoJSON";
    return this.#document.shape === "values" ? "JSON, newline-delimited" : "JSON";
  }

  async *rows(): AsyncIterable<Row[]> {
    this.columns.length = 0;
    this.#places = new Map();
    this.warnings.length = 0;
    if (this.leftOut.length > 0) {
      this.warnings.push(`${this.leftOut.slice(0, 10).join(", ")} beside the arrays was left out`);
    }
    // An object without arrays of records is one record.
    if (this.#document.shape === "object" && this.#key === null) {
      yield [this.#row(await this.#wholeObject(), 1)];
      return;
    }
    for await (const records of recordsOf(this.#document)) {
      const own = records.filter(
        ({ key, inArray }) => this.#key === null || (inArray && key === this.#key),
      );
      if (own.length > 0) {
        yield own.map(({ text, line }) => this.#row(parseJson(text, this.file, line), line));
      }
    }
  }

  async #wholeObject(): Promise<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    for await (const records of recordsOf(this.#document)) {
      for (const { key, inArray, text, line } of records) {
        const value = parseJson(text, this.file, line);
        const array = inArray ? entries.find(([name]) => name === key)?.[1] : undefined;
        if (Array.isArray(array)) array.push(value);
        else entries.push([key ?? "", inArray ? [value] : value]);
      }
    }
    return Object.fromEntries(entries);
  }

  #row(value: unknown, line: number): Row {
    if (isFeature(value)) {
      this.#isGeo = true;
      return { cells: this.#cells(featureRow(value)), line };
    }
    if (Array.isArray(value)) {
      while (this.columns.length < value.length) this.columns.push("");
      return { cells: value.map(toCell), line };
    }
    const isRecord = typeof value === "object" && value !== null;
    return { cells: this.#cells(isRecord ? Object.entries(value) : [["value", value]]), line };
  }

  #cells(entries: [string, unknown][]): Cell[] {
    const cells: Cell[] = [];
    for (const [name, value] of entries) {
      let place = this.#places.get(name);
      if (place === undefined) {
        place = this.columns.push(name) - 1;
        this.#places.set(name, place);
      }
      cells[place] = toCell(value);
    }
    return cells;
  }
}

/** As sqlite-utils stores them: truth as 1 and 0, what is nested as JSON. */
function toCell(value: unknown): Cell {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value;
    case "boolean":
      return value ? 1 : 0;
    default:
      return value === null || value === undefined ? null : stringify(value);
  }
}

/** Bigints, which only integers beyond a double are, keep their digits. */
function stringify(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "bigint" ? rawJSON(String(inner)) : inner,
  );
}

function tooManyTables(file: string): LoadError {
  return new LoadError(
    "too_many_tables",
    `${file} is an object with more than ${MAX_TABLES} arrays`,
    "write the records as one array, with the key as a column",
  );
}
