/**
 * What one column holds, decided over all of its cells.
 *
 * A column begins with every kind that it could have; each cell rules some out. `kind()` is the
 * narrowest that is left. Kinds only ever fall away, so what a sample says is a guess that later cells
 * can refute, never the other way round: who has inserted rows by a refuted guess starts again.
 */
import { type Cell, type ColumnType, INT64_MAX, INT64_MIN, type Value } from "./cell.ts";
import { AMBIGUOUS_DATES, DATE_FORMATS } from "./date-text.ts";
import { parseForcedNumber, parseInteger, parseReal } from "./number-text.ts";

export interface ColumnKind {
  type: ColumnType;
  /** How its dates were written, where they are rewritten to ISO; null for everything else. */
  dates: string | null;
}

/** The cell does not fit the kind by which its column is being converted. */
export const REFUTED = Symbol("refuted");

export class Column {
  readonly name: string;
  /** Cells are text whose type is to be found out (CSV), not values of a typed format. */
  readonly #untyped: boolean;
  /** Asked for by the user: nothing is to be found out. */
  readonly #forced: ColumnType | null;
  #integer = true;
  #real = true;
  #text = true;
  #dates: string[];
  /** Cells that are not empty. */
  filled = 0;

  constructor(name: string, untyped: boolean, forced: ColumnType | null) {
    this.name = name;
    this.#untyped = untyped;
    this.#forced = forced;
    this.#dates = untyped && forced === null ? Object.keys(DATE_FORMATS) : [];
  }

  #notNumbers(): void {
    this.#integer = false;
    this.#real = false;
    this.#dates = [];
  }

  /** Takes a cell into account. */
  observe(cell: Cell): void {
    if (cell === null || cell === undefined || (cell === "" && this.#untyped)) return;
    this.filled++;
    if (this.#forced !== null) return;
    if (typeof cell === "string") {
      if (!this.#untyped) this.#notNumbers();
      else this.#observeText(cell);
    } else if (typeof cell === "object") {
      this.#notNumbers();
      this.#text = false;
    } else {
      this.#observeNumber(cell);
    }
  }

  #observeText(text: string): void {
    if (this.#integer) {
      const value = parseInteger(text);
      if (value === null) this.#integer = false;
      else if (typeof value === "bigint") this.#real = false;
    }
    if (this.#real && !this.#integer && parseReal(text) === null) this.#real = false;
    if (this.#dates.length > 0) {
      this.#dates = this.#dates.filter((name) => DATE_FORMATS[name]?.(text) !== null);
    }
  }

  #observeNumber(value: number | bigint): void {
    this.#dates = [];
    if (typeof value === "bigint") {
      if (value > INT64_MAX || value < INT64_MIN) this.#notNumbers();
      else this.#real = false;
    } else if (!Number.isFinite(value)) this.#notNumbers();
    else if (!Number.isInteger(value)) this.#integer = false;
    else if (!Number.isSafeInteger(value)) this.#integer = false;
  }

  /**
   * The narrowest kind that fits everything observed so far. `quotedAsText`: all its cells were quoted
   * in a file that does not quote everything, which says that they are text.
   */
  kind(quotedAsText = false): ColumnKind {
    if (this.#forced !== null) return { type: this.#forced, dates: null };
    if (this.filled === 0) return { type: "TEXT", dates: null };
    if (quotedAsText) return { type: "TEXT", dates: this.#dateFormat() };
    if (this.#integer) return { type: "INTEGER", dates: null };
    if (this.#real) return { type: "REAL", dates: null };
    if (!this.#text) return { type: "BLOB", dates: null };
    return { type: "TEXT", dates: this.#dateFormat() };
  }

  #dateFormat(): string | null {
    const ambiguous = AMBIGUOUS_DATES.some((pair) => pair.every((x) => this.#dates.includes(x)));
    return ambiguous ? null : (this.#dates[0] ?? null);
  }

  /** Nothing that may still come changes the kind. */
  get #isSettled(): boolean {
    if (this.#forced !== null) return true;
    return this.filled > 0 && !this.#integer && !this.#real && this.#dates.length === 0;
  }

  /**
   * How cells become values of `kind`, each taken into account like by `observe`. REFUTED for a cell that
   * does not fit; that one is not taken into account. `kind` must be one that cells gave, so what it
   * rules out is ruled out. Empty cells are NULL in columns of numbers, and empty text in columns of
   * text.
   */
  converter(kind: ColumnKind): (cell: Cell) => Value | typeof REFUTED {
    const untyped = this.#untyped;
    const { type, dates } = kind;
    if (type === "REAL" || type === "BLOB" || dates !== null) this.#integer = false;
    if (dates !== null) return this.#dateConverter(dates);
    if (type === "BLOB") return this.#blobConverter();
    if (type === "TEXT") return this.#textConverter();
    const parse = this.#forced === null ? this.#parser(type) : this.#forcedParser(type);
    return (cell) => {
      if (cell === null || cell === undefined || (cell === "" && untyped)) return null;
      const value = parse(cell);
      if (value === null) return REFUTED;
      this.filled++;
      return value;
    };
  }

  /** What is text so far may turn out to be numbers, when only quotes or missing values spoke against it. */
  #textConverter(): (cell: Cell) => Value {
    let settled = this.#isSettled;
    return (cell) => {
      if (settled) {
        if (cell !== "" && cell !== null && cell !== undefined) this.filled++;
      } else {
        this.observe(cell);
        settled = this.#isSettled;
      }
      return toText(cell);
    };
  }

  #parser(type: "INTEGER" | "REAL"): (cell: NonNullable<Cell>) => number | bigint | null {
    const parseText = !this.#untyped ? () => null : type === "REAL" ? parseReal : parseInteger;
    return (cell) => {
      if (typeof cell === "string") {
        const value = parseText(cell);
        if (typeof value === "bigint") this.#real = false;
        return value;
      }
      if (typeof cell === "object") return null;
      this.#observeNumber(cell);
      return (type === "INTEGER" ? this.#integer : this.#real) ? cell : null;
    };
  }

  #forcedParser(type: "INTEGER" | "REAL"): (cell: NonNullable<Cell>) => number | bigint | null {
    return (cell) => (typeof cell === "object" ? null : parseForcedNumber(String(cell), type));
  }

  #blobConverter(): (cell: Cell) => Value {
    this.#notNumbers();
    this.#text = false;
    return (cell) => {
      if (cell !== null && cell !== undefined) this.filled++;
      return cell ?? null;
    };
  }

  #dateConverter(name: string): (cell: Cell) => Value | typeof REFUTED {
    const toIso = DATE_FORMATS[name] ?? (() => null);
    this.#real = false;
    this.#dates = [name];
    return (cell) => {
      if (cell === "" || cell === null || cell === undefined) return cell ?? null;
      const iso = typeof cell === "string" ? toIso(cell) : null;
      if (iso === null) return REFUTED;
      this.filled++;
      return iso;
    };
  }
}

function toText(cell: Cell): Value {
  if (typeof cell === "string") return cell;
  if (cell === null || cell === undefined) return null;
  return typeof cell === "object" ? cell : String(cell);
}
