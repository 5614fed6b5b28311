/** Excel workbooks (.xlsx, .xlsm): ECMA-376, as far as values go. Formulas are read as their last results. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { LoadError } from "../model/load-error.ts";
import type { Row } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";
import { builtInStyle, type DateStyle, serialToIso, styleOfCode } from "./serial-date.ts";
import { damaged, readWholeXml, readXml, type XmlHandler } from "./xml.ts";

/** In characters: all texts of a workbook are kept in memory while its sheets are read. */
const MAX_SHARED_TEXT = 100 * 1024 * 1024;
/** Excel's own limit. */
const MAX_COLUMNS = 16_384;

export interface Sheet {
  name: string;
  isHidden: boolean;
  /** Puts what is odd into `warnings` when all is read. */
  rows(warnings: string[]): AsyncIterable<Row[]>;
}

/** Of one workbook, for all of its sheets. */
interface Shared {
  strings: string[];
  /** By the number of a cell's style. */
  styles: (DateStyle | null)[];
  is1904: boolean;
}

/** The sheets of a workbook whose parts are `entries`. Throws a LoadError for a damaged one. */
export async function openXlsx(entries: Map<string, ByteSource>, file: string): Promise<Sheet[]> {
  const workbook = await readWorkbook(entries, file);
  const targets = await readTargets(entries);
  let shared: Promise<Shared> | null = null;
  const load = () => {
    shared ??= readShared(entries, workbook.is1904, file);
    return shared;
  };
  return workbook.sheets.flatMap(({ name, id, isHidden }) => {
    const part = entries.get(targets.get(id) ?? "");
    if (part === undefined) return [];
    return [{ name, isHidden, rows: (warnings) => readRows(part, load, warnings) }];
  });
}

async function readWorkbook(entries: Map<string, ByteSource>, file: string) {
  const part = entries.get("xl/workbook.xml");
  if (part === undefined) throw damaged(file, new Error("it has no workbook"));
  const sheets: { name: string; id: string; isHidden: boolean }[] = [];
  let is1904 = false;
  await readWholeXml(part, {
    ...IGNORE,
    open: (tag, attributes) => {
      if (tag === "workbookPr") is1904 = /^(1|true)$/.test(attributes.date1904 ?? "");
      if (tag !== "sheet") return;
      const id = Object.entries(attributes).find(([name]) => /^\w+:id$/.test(name))?.[1] ?? "";
      const isHidden = /hidden/i.test(attributes.state ?? "");
      sheets.push({ name: attributes.name ?? "", id, isHidden });
    },
  });
  return { sheets, is1904 };
}

/** Paths of parts by the ids under which the workbook refers to them. */
async function readTargets(entries: Map<string, ByteSource>): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  const part = entries.get("xl/_rels/workbook.xml.rels");
  if (part === undefined) return targets;
  await readWholeXml(part, {
    ...IGNORE,
    open: (tag, { Id = "", Target = "" }) => {
      if (tag !== "Relationship") return;
      targets.set(
        Id,
        Target.startsWith("/") ? Target.slice(1) : `xl/${Target.replace(/^\.\//, "")}`,
      );
    },
  });
  return targets;
}

async function readShared(
  entries: Map<string, ByteSource>,
  is1904: boolean,
  file: string,
): Promise<Shared> {
  return {
    is1904,
    strings: await readStrings(entries.get("xl/sharedStrings.xml"), file),
    styles: await readStyles(entries.get("xl/styles.xml")),
  };
}

async function readStrings(part: ByteSource | undefined, file: string): Promise<string[]> {
  const strings: string[] = [];
  if (part === undefined) return strings;
  let [text, size, inText, inPhonetic] = ["", 0, false, false];
  await readWholeXml(part, {
    open: (tag) => {
      if (tag === "si") text = "";
      else if (tag === "t") inText = true;
      else if (tag === "rPh") inPhonetic = true;
    },
    text: (more) => {
      if (inText && !inPhonetic) text += more;
    },
    close: (tag) => {
      if (tag === "t") inText = false;
      else if (tag === "rPh") inPhonetic = false;
      if (tag !== "si") return;
      size += text.length;
      if (size > MAX_SHARED_TEXT) throw tooMuchText(file);
      strings.push(plainText(text));
    },
  });
  return strings;
}

async function readStyles(part: ByteSource | undefined): Promise<(DateStyle | null)[]> {
  const codes = new Map<number, string>();
  const styles: (DateStyle | null)[] = [];
  if (part === undefined) return styles;
  let inCells = false;
  await readWholeXml(part, {
    ...IGNORE,
    open: (tag, attributes) => {
      if (tag === "numFmt") codes.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
      if (tag === "cellXfs") inCells = true;
      if (tag !== "xf" || !inCells) return;
      const id = Number(attributes.numFmtId ?? 0);
      const code = codes.get(id);
      styles.push(code === undefined ? builtInStyle(id) : styleOfCode(code));
    },
    close: (tag) => {
      if (tag === "cellXfs") inCells = false;
    },
  });
  return styles;
}

async function* readRows(
  part: ByteSource,
  load: () => Promise<Shared>,
  warnings: string[],
): AsyncIterable<Row[]> {
  const reader = new RowReader(await load());
  for await (const _ of readXml(part, reader)) {
    const rows = reader.take();
    if (rows.length > 0) yield rows;
  }
  const { unsolved } = reader;
  if (unsolved > 0) {
    warnings.push(
      `${unsolved} formulas have no result in the file and are empty: a spreadsheet program adds them when it saves`,
    );
  }
}

class RowReader implements XmlHandler {
  readonly #shared: Shared;
  #rows: Row[] = [];
  #cells: Cell[] = [];
  #row = 0;
  #column = -1;
  #type = "n";
  #style: DateStyle | null = null;
  #text = "";
  #collects = false;
  #inPhonetic = false;
  #isFormula = false;
  /** Formulas without a result. */
  unsolved = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  take(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(tag: string, attributes: Record<string, string>): void {
    if (tag === "row") {
      this.#row = attributes.r === undefined ? this.#row + 1 : Number(attributes.r);
      this.#cells = [];
      this.#column = -1;
    } else if (tag === "c") {
      this.#column = attributes.r === undefined ? this.#column + 1 : columnIndex(attributes.r);
      this.#type = attributes.t ?? "n";
      this.#style = this.#shared.styles[Number(attributes.s ?? -1)] ?? null;
      this.#text = "";
      this.#isFormula = false;
    } else if (tag === "f") this.#isFormula = true;
    else if (tag === "v" || tag === "t") this.#collects = true;
    else if (tag === "rPh") this.#inPhonetic = true;
  }

  text(text: string): void {
    if (this.#collects && !this.#inPhonetic) this.#text += text;
  }

  close(tag: string): void {
    if (tag === "v" || tag === "t") this.#collects = false;
    else if (tag === "rPh") this.#inPhonetic = false;
    else if (tag === "c") {
      if (this.#isFormula && this.#text === "" && this.#type !== "str") this.unsolved++;
      const value = this.#value();
      if (value !== null && this.#column >= 0 && this.#column < MAX_COLUMNS) {
        this.#cells[this.#column] = value;
      }
    } else if (tag === "row" && this.#cells.length > 0) {
      this.#rows.push({ cells: this.#cells, line: this.#row });
    }
  }

  /** ECMA-376, 18.18.11; errors such as #N/A have no value. */
  #value(): Cell {
    const text = this.#text;
    if (text === "") return null;
    switch (this.#type) {
      case "s":
        return this.#shared.strings[Number(text)] || null;
      case "str":
      case "inlineStr":
        return plainText(text);
      case "b":
        return text === "1" || text === "true" ? 1 : 0;
      case "e":
        return null;
      case "d":
        return text.replace("T", " ").replace(/ 00:00:00(\.0+)?$/, "");
      default: {
        const number = Number(text);
        if (Number.isNaN(number)) return text;
        if (this.#style === null) return number;
        return serialToIso(number, this.#style, this.#shared.is1904) ?? number;
      }
    }
  }
}

const IGNORE: XmlHandler = { open: () => {}, close: () => {}, text: () => {} };

/** "AB12" → 27. */
function columnIndex(reference: string): number {
  let index = 0;
  for (const character of reference) {
    const code = character.charCodeAt(0) - 64;
    if (code < 1 || code > 26) break;
    index = index * 26 + code;
  }
  return index - 1;
}

/** Excel writes control characters as _x000D_: ECMA-376, 22.9.2.19. */
function plainText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function tooMuchText(file: string): LoadError {
  return new LoadError(
    "too_much_text",
    `${file} has more than 100 million characters of text in its cells`,
    "save its sheets as CSV and load these",
  );
}
