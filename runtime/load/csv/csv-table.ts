/** A file of delimited text as a table. */
import { type ByteSource, readStart } from "../bytes/byte-source.ts";
import { Decoder, detectEncoding, type Encoding, namedEncoding } from "../bytes/encoding.ts";
import { withLast } from "../bytes/with-last.ts";
import { LoadError, ReadAgain } from "../model/load-error.ts";
import { tableName } from "../model/names.ts";
import type { CsvRules } from "../model/rules.ts";
import type { Row, TableReader } from "../model/table-reader.ts";
import { detectDelimiter, isHeaderless, sampleRows, statedDelimiter } from "./dialect.ts";
import { CsvParser, type CsvRow } from "./parser.ts";

const SAMPLE_BYTES = 128 * 1024;
const DELIMITER_NAMES: Record<string, string> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "pipes",
};

/** Looks at the file's beginning. Throws a LoadError for an empty file. */
export async function openCsv(source: ByteSource, rules: CsvRules): Promise<CsvTable> {
  const start = await readStart(source, SAMPLE_BYTES);
  const encoding =
    rules.encoding === undefined ? detectEncoding(start) : namedEncoding(rules.encoding, start);
  return new CsvTable(source, start, encoding, rules);
}

export class CsvTable implements TableReader {
  readonly name: string;
  readonly file: string;
  readonly untyped = true;
  readonly columns: string[] = [];
  readonly warnings: string[] = [];
  readonly #source: ByteSource;
  readonly #start: Buffer;
  readonly #rules: CsvRules;
  #encoding: Encoding;
  #delimiter = ",";
  #quotes = true;
  #header = true;
  /** Characters before the first row: Excel's "sep=;". */
  #preamble = 0;
  #parser = new CsvParser(",");
  /** By column: how many cells were quoted and not empty. */
  #quoted: number[] = [];
  /** Some cell that is not empty was not quoted. */
  #sawUnquoted = false;
  /** Columns of the first row. */
  #width = 0;
  /** Rows with more. */
  #long = { rows: 0, firstLine: 0 };

  constructor(source: ByteSource, start: Buffer, encoding: Encoding, rules: CsvRules) {
    this.name = tableName(source.name);
    this.file = source.name;
    this.#source = source;
    this.#start = start;
    this.#encoding = encoding;
    this.#rules = rules;
    this.#look();
  }

  get format(): string {
    const delimiter = DELIMITER_NAMES[this.#delimiter] ?? `delimiter ${this.#delimiter}`;
    return `CSV, ${delimiter}, ${this.#encoding.name}${this.#header ? "" : ", no header"}`;
  }

  /** Finds out the form of the file, as far as rules do not say it. */
  #look(): void {
    const text = this.#sampleText();
    const stated = statedDelimiter(text);
    this.#preamble = stated?.length ?? 0;
    const body = text.slice(this.#preamble);
    const complete = this.#start.length < SAMPLE_BYTES;
    this.#delimiter = this.#rules.delimiter ?? stated?.delimiter ?? detectDelimiter(body, complete);
    const rows = sampleRows(body, this.#delimiter, complete);
    this.#header = this.#rules.header ?? !isHeaderless(rows);
  }

  #sampleText(): string {
    try {
      return new Decoder(this.#encoding, this.file).decode(this.#start, false);
    } catch (error) {
      if (!(error instanceof ReadAgain)) throw error;
      this.#encoding = { name: "windows-1252", bomLength: 0, certain: false };
      return this.#sampleText();
    }
  }

  async *rows(): AsyncIterable<Row[]> {
    this.#begin();
    const decoder = new Decoder(this.#encoding, this.file);
    let skip = this.#preamble;
    let isFirst = true;
    try {
      for await (const { piece, last } of withLast(this.#source.open())) {
        let text = decoder.decode(piece, last);
        if (skip > 0) {
          const skipped = Math.min(skip, text.length);
          text = text.slice(skipped);
          skip -= skipped;
        }
        const rows = this.#parser.write(text, last);
        if (isFirst && rows.length > 0) {
          isFirst = false;
          if (this.#header) this.columns.push(...(rows.shift()?.cells ?? []));
          else for (const _ of rows[0]?.cells ?? []) this.columns.push("");
          this.#width = this.columns.length;
        }
        this.#widen(rows);
        this.#countQuotes(rows);
        if (rows.length > 0) yield rows;
      }
    } catch (error) {
      if (error instanceof ReadAgain) {
        this.#encoding = { name: "windows-1252", bomLength: 0, certain: false };
        this.#look();
      }
      throw error;
    }
    if (isFirst) throw emptyFile(this.file);
    if (this.#parser.openQuote !== null) this.#judgeOpenQuote(this.#parser.openQuote);
    this.#warn(decoder);
  }

  #begin(): void {
    this.columns.length = 0;
    this.warnings.length = 0;
    this.#quoted = [];
    this.#sawUnquoted = false;
    this.#long = { rows: 0, firstLine: 0 };
    this.#parser = new CsvParser(this.#delimiter, this.#quotes, this.#preamble > 0 ? 2 : 1);
  }

  /** Rows with more cells than the header get columns for them, unless these are empty. */
  #widen(rows: CsvRow[]): void {
    for (const { cells, line } of rows) {
      if (cells.length <= this.#width) continue;
      while (cells.length > this.#width && cells.at(-1) === "") cells.pop();
      if (cells.length <= this.#width) continue;
      if (this.#long.rows++ === 0) this.#long.firstLine = line;
      while (this.columns.length < cells.length) this.columns.push("");
    }
  }

  #countQuotes(rows: CsvRow[]): void {
    for (const { cells, quoted } of rows) {
      for (const column of quoted ?? []) this.#quoted[column] = (this.#quoted[column] ?? 0) + 1;
      this.#sawUnquoted ||= cells.some((cell, i) => cell !== "" && !quoted?.includes(i));
    }
  }

  /** In tab-separated files a quote is often just a character; elsewhere the file is damaged. */
  #judgeOpenQuote(line: number): void {
    if (this.#delimiter === "\t") {
      this.#quotes = false;
      throw new ReadAgain("quotes are characters");
    }
    throw new LoadError(
      "unclosed_quote",
      `${this.file} ends inside a quote that is opened in line ${line}`,
      "look whether the end of the file is missing, and at its quotes: one in a cell is written as two",
      { line },
    );
  }

  #warn(decoder: Decoder): void {
    const { rows, firstLine } = this.#long;
    if (rows > 0) {
      const more = rows === 1 ? "1 row has" : `${rows} rows have`;
      this.warnings.push(`${more} more cells than the header, the first in line ${firstLine}`);
    }
    if (decoder.firstReplaced !== null) {
      this.warnings.push(
        `Bytes that are not ${this.#encoding.name} were replaced, the first in line ${decoder.firstReplaced}`,
      );
    }
    if (!this.#quotes)
      this.warnings.push("Quotes do not come in pairs and were read as characters");
    if (!this.#header && this.#rules.header === undefined) {
      this.warnings.push(
        "The first row was taken for data, because it has numbers like the others",
      );
    }
  }

  isQuotedText(column: number, filled: number): boolean {
    return this.#sawUnquoted && filled > 0 && this.#quoted[column] === filled;
  }
}

function emptyFile(file: string): LoadError {
  return new LoadError(
    "empty_file",
    `${file} is empty`,
    "check the path, or wait until the file is written",
  );
}
