/** A sheet of a spreadsheet as a table. */
import type { CsvRules } from "../model/rules.ts";
import type { Row, TableReader } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";

/** Rows of a sheet that have any content, in order; `line` is the number that the spreadsheet shows. */
export type SheetRows = (warnings: string[]) => AsyncIterable<Row[]>;

export class SheetTable implements TableReader {
  readonly name: string;
  readonly file: string;
  readonly format: string;
  readonly untyped = false;
  readonly columns: string[] = [];
  readonly warnings: string[] = [];
  readonly #rows: SheetRows;
  readonly #rules: CsvRules;

  constructor(
    { name, file, format }: { name: string; file: string; format: string },
    rows: SheetRows,
    rules: CsvRules,
  ) {
    this.name = name;
    this.file = file;
    this.format = format;
    this.#rows = rows;
    this.#rules = rules;
  }

  async *rows(): AsyncIterable<Row[]> {
    this.columns.length = 0;
    this.warnings.length = 0;
    let isFirst = true;
    for await (const rows of this.#rows(this.warnings)) {
      if (isFirst && rows.length > 0) {
        isFirst = false;
        this.#readHeader(rows);
      }
      for (const { cells } of rows) {
        while (this.columns.length < cells.length) this.columns.push("");
      }
      if (rows.length > 0) yield rows;
    }
  }

  /** The first row names the columns when a text is in it. */
  #readHeader(rows: Row[]): void {
    const first = rows[0]?.cells ?? [];
    if (!(this.#rules.header ?? first.some((cell) => typeof cell === "string"))) return;
    rows.shift();
    for (let i = 0; i < first.length; i++) this.columns.push(headerName(first[i]));
  }
}

function headerName(cell: Cell): string {
  return cell === null || cell === undefined ? "" : String(cell);
}
