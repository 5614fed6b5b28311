/** OpenDocument spreadsheets (.ods): OASIS OpenDocument 1.3, part 3, as far as values go. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { LoadError } from "../model/load-error.ts";
import type { Row } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";
import { clock } from "./serial-date.ts";
import type { Sheet } from "./xlsx.ts";
import { damaged, readWholeXml, readXml, type XmlHandler } from "./xml.ts";

/** Of a sheet in LibreOffice; repetitions in a hostile file promise more. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;

/** The sheets of a document whose parts are `entries`. Throws a LoadError for a damaged one. */
export async function openOds(entries: Map<string, ByteSource>, file: string): Promise<Sheet[]> {
  const part = entries.get("content.xml");
  if (part === undefined) throw damaged(file, new Error("it has no content"));
  const content = part;
  const [names, hiddenStyles]: [{ name: string; style: string }[], Set<string>] = [[], new Set()];
  let style = "";
  await readWholeXml(content, {
    open: (tag, attributes) => {
      if (tag === "style") style = attributes["style:name"] ?? "";
      if (tag === "table-properties" && attributes["table:display"] === "false")
        hiddenStyles.add(style);
      if (tag !== "table") return;
      names.push({
        name: attributes["table:name"] ?? "",
        style: attributes["table:style-name"] ?? "",
      });
    },
    close: () => {},
    text: () => {},
  });
  return names.map(({ name, style: own }, index) => ({
    name,
    isHidden: hiddenStyles.has(own),
    rows: () => readRows(content, index, file),
  }));
}

async function* readRows(part: ByteSource, index: number, file: string): AsyncIterable<Row[]> {
  const reader = new RowReader(index, file);
  for await (const _ of readXml(part, reader)) {
    yield* reader.take();
    if (reader.isDone) return;
  }
}

class RowReader implements XmlHandler {
  readonly #wanted: number;
  readonly #file: string;
  #table = -1;
  #rows: { row: Row; times: number }[] = [];
  #line = 0;
  #cells: Cell[] = [];
  #column = 0;
  #rowTimes = 1;
  #attributes: Record<string, string> = {};
  #paragraphs: string[] = [];
  #inParagraph = false;
  #inNote = 0;

  constructor(wanted: number, file: string) {
    this.#wanted = wanted;
    this.#file = file;
  }

  get isDone(): boolean {
    return this.#table > this.#wanted;
  }

  /** The rows so far, with those that are repeated; in pieces of a bounded size. */
  *take(): Iterable<Row[]> {
    const found = this.#rows;
    this.#rows = [];
    let piece: Row[] = [];
    for (const { row, times } of found) {
      for (let i = 0; i < times; i++) {
        piece.push({ cells: row.cells, line: (row.line ?? 0) + i });
        if (piece.length < 5000) continue;
        yield piece;
        piece = [];
      }
    }
    if (piece.length > 0) yield piece;
  }

  open(tag: string, attributes: Record<string, string>): void {
    if (tag === "table") this.#table++;
    if (this.#table !== this.#wanted) return;
    if (tag === "table-row") {
      this.#cells = [];
      this.#column = 0;
      this.#rowTimes = times(attributes["table:number-rows-repeated"]);
    } else if (tag === "table-cell" || tag === "covered-table-cell") {
      this.#attributes = attributes;
      this.#paragraphs = [];
    } else if (tag === "annotation") this.#inNote++;
    else if (tag === "p" && this.#inNote === 0) {
      this.#inParagraph = true;
      this.#paragraphs.push("");
    } else if (this.#inParagraph && (tag === "s" || tag === "tab" || tag === "line-break")) {
      this.text(
        tag === "s"
          ? " ".repeat(Math.min(times(attributes["text:c"]), 1000))
          : tag === "tab"
            ? "\t"
            : "\n",
      );
    }
  }

  text(text: string): void {
    if (this.#inParagraph) this.#paragraphs[this.#paragraphs.length - 1] += text;
  }

  close(tag: string): void {
    if (this.#table !== this.#wanted) return;
    if (tag === "annotation") this.#inNote--;
    else if (tag === "p" && this.#inNote === 0) this.#inParagraph = false;
    else if (tag === "table-cell" || tag === "covered-table-cell") this.#endCell();
    else if (tag === "table-row") this.#endRow();
    else if (tag === "table") this.#table++;
  }

  #endCell(): void {
    const count = times(this.#attributes["table:number-columns-repeated"]);
    const value = this.#value();
    const end = Math.min(this.#column + count, MAX_COLUMNS);
    if (value !== null) for (let i = this.#column; i < end; i++) this.#cells[i] = value;
    this.#column = end;
  }

  #endRow(): void {
    const line = this.#line + 1;
    this.#line += this.#rowTimes;
    if (this.#cells.length === 0) return;
    if (this.#line > MAX_ROWS) throw tooManyRows(this.#file);
    this.#rows.push({ row: { cells: this.#cells, line }, times: this.#rowTimes });
  }

  /** OpenDocument 1.3, part 3, 19.387. */
  #value(): Cell {
    const attributes = this.#attributes;
    switch (attributes["office:value-type"]) {
      case "float":
      case "percentage":
      case "currency":
        return Number(attributes["office:value"]);
      case "boolean":
        return attributes["office:boolean-value"] === "true" ? 1 : 0;
      case "date":
        return (
          (attributes["office:date-value"] ?? "")
            .replace("T", " ")
            .replace(/ 00:00:00(\.0+)?$/, "") || null
        );
      case "time":
        return duration(attributes["office:time-value"] ?? "");
      default:
        return attributes["office:string-value"] ?? (this.#paragraphs.join("\n") || null);
    }
  }
}

function times(text: string | undefined): number {
  const count = Number(text ?? 1);
  return Number.isInteger(count) && count > 0 ? count : 1;
}

/** "PT13H05M00S" → "13:05:00". */
function duration(text: string): Cell {
  const match = /^PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S$/.exec(text);
  if (match === null) return text || null;
  const [hours, minutes, seconds] = match.slice(1).map(Number) as [number, number, number];
  return clock(hours * 3600 + minutes * 60 + seconds);
}

function tooManyRows(file: string): LoadError {
  return new LoadError(
    "too_many_rows",
    `${file} says that a sheet has more than ${MAX_ROWS} rows`,
    "open it in a spreadsheet program and save it again",
  );
}
