/**
 * JSON text → the texts of its records, piece by piece: elements of an array, values one after another
 * (NDJSON), or the elements of the arrays in one object. What is inside a record is not looked at but for
 * where it ends; `JSON.parse` does the rest.
 */
import { LoadError } from "../model/load-error.ts";

/** In characters: memory stays bounded. */
const MAX_RECORD = 64 * 1024 * 1024;
/** SQLite's JSON functions go no deeper: https://www.sqlite.org/json1.html */
const MAX_DEPTH = 1000;

export type JsonShape = "array" | "values" | "object";

export interface JsonRecord {
  /** In an object: the key that the record, or the array that it is in, has there. */
  key: string | null;
  /** It is an element of the array that the key has, not the key's value itself. */
  inArray: boolean;
  text: string;
  /** Line of the file in which it begins, from 1. */
  line: number;
}

const OPENING = /[[{]/;

export class JsonSplitter {
  readonly #file: string;
  readonly #shape: JsonShape;
  #rest = "";
  /** Pieces that wait until there are as many of them as of what is there: joining costs its length. */
  #waiting: string[] = [];
  #waitingLength = 0;
  /** Everything before this place in `#rest` has been looked at. */
  #at = 0;
  /** Where the record that is not complete begins in `#rest`; -1 between records. */
  #start = -1;
  #depth = 0;
  #inString = false;
  #line = 1;
  /** Lines are counted up to here in `#rest`. */
  #counted = 0;
  /** The first line feed at or after that; looked for once, because a text may have no other for megabytes. */
  #lineFeed: number | null = null;
  /** Of the document: 0 before it, 1 in it, 2 in an array of its object, 3 behind it. */
  #level: 0 | 1 | 2 | 3;
  #key: string | null = null;
  #expectsValue = false;

  constructor(file: string, shape: JsonShape) {
    this.#file = file;
    this.#shape = shape;
    this.#level = shape === "values" ? 1 : 0;
  }

  /** Returns the records that the next piece completes. Throws a LoadError for what is no JSON. */
  write(piece: string, last: boolean): JsonRecord[] {
    this.#waiting.push(piece);
    this.#waitingLength += piece.length;
    if (!last && this.#waitingLength < this.#rest.length) return [];
    this.#rest += this.#waiting.join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    const records: JsonRecord[] = [];
    for (;;) {
      if (this.#start < 0) {
        if (!this.#findStart()) break;
      } else {
        const end = this.#findEnd(last);
        if (end < 0) break;
        this.#emit(end, records);
      }
    }
    const done = this.#start < 0 ? this.#at : this.#start;
    this.#countLines(done);
    this.#rest = this.#rest.slice(done);
    this.#at -= done;
    this.#counted -= done;
    // The next piece may have one.
    this.#lineFeed = null;
    if (this.#start >= 0) this.#start = 0;
    if (this.#rest.length > MAX_RECORD)
      throw this.#error("record_too_large", "has a record of more than 64 million characters");
    if (last && (this.#start >= 0 || (this.#shape !== "values" && this.#level !== 3))) {
      throw this.#error("truncated_json", "ends in the middle of its JSON");
    }
    return records;
  }

  /** Goes to where the next record begins; false where the text ends before. */
  #findStart(): boolean {
    const text = this.#rest;
    for (; this.#at < text.length; this.#at++) {
      const character = text[this.#at] as string;
      if (/\s/.test(character) || character === "\ufeff") continue;
      if (this.#level === 3) throw this.#error("invalid_json", "goes on after the end of its JSON");
      if (character === ",") continue;
      if (this.#level === 0) {
        this.#level = 1;
        continue;
      }
      if (this.#shape === "object") {
        if (this.#stepInObject(character)) continue;
      } else if (this.#shape === "array" && character === "]") {
        this.#level = 3;
        continue;
      }
      this.#start = this.#at;
      this.#depth = 0;
      this.#inString = false;
      return true;
    }
    return false;
  }

  /** What is between the records of an object; false where one begins. */
  #stepInObject(character: string): boolean {
    if (this.#level === 2) {
      if (character !== "]") return false;
      this.#level = 1;
      this.#key = null;
      this.#expectsValue = false;
      return true;
    }
    if (character === ":" && this.#key !== null && !this.#expectsValue) {
      this.#expectsValue = true;
      return true;
    }
    if (character === "}") {
      this.#level = 3;
      return true;
    }
    if (this.#expectsValue && character === "[") {
      this.#level = 2;
      return true;
    }
    if (!this.#expectsValue && character !== '"') throw this.#error("invalid_json", "is no JSON");
    return false;
  }

  /** Index behind the record; -1 where the text ends before. */
  #findEnd(last: boolean): number {
    const text = this.#rest;
    const { length } = text;
    let i = this.#at;
    for (; i < length; i++) {
      if (this.#inString) {
        i = text.indexOf('"', i);
        if (i < 0) {
          i = length;
          break;
        }
        if (isEscaped(text, i, this.#start)) continue;
        this.#inString = false;
        if (this.#depth === 0) return i + 1;
        continue;
      }
      const code = text.charCodeAt(i);
      if (code === 34) this.#inString = true;
      else if (code === 123 || code === 91) {
        if (++this.#depth > MAX_DEPTH) {
          throw this.#error("nested_too_deep", `nests more than ${MAX_DEPTH} levels deep`);
        }
      } else if (code === 125 || code === 93) {
        // A scalar ends before the bracket of what it is in.
        if (this.#depth === 0) return i;
        if (--this.#depth === 0) return i + 1;
      } else if (this.#depth === 0 && (code === 44 || code <= 32 || code === 58)) return i;
    }
    this.#at = i;
    const isScalar = this.#depth === 0 && !this.#inString && !OPENING.test(text[this.#start] ?? "");
    return last && isScalar ? length : -1;
  }

  #emit(end: number, records: JsonRecord[]): void {
    this.#countLines(this.#start);
    const text = this.#rest.slice(this.#start, end);
    if (text === "") throw this.#error("invalid_json", "is no JSON");
    this.#start = -1;
    this.#at = end;
    if (this.#shape === "object" && this.#level === 1 && !this.#expectsValue) {
      this.#key = String(parseJson(text, this.#file, this.#line));
      return;
    }
    records.push({ key: this.#key, inArray: this.#level === 2, text, line: this.#line });
    if (this.#shape === "object" && this.#level === 1) {
      this.#key = null;
      this.#expectsValue = false;
    }
  }

  #countLines(upTo: number): void {
    const find = (from: number) => {
      const at = this.#rest.indexOf("\n", from);
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    let at = this.#lineFeed ?? find(this.#counted);
    for (; at < upTo; at = find(at + 1)) this.#line++;
    this.#lineFeed = at;
    this.#counted = Math.max(this.#counted, upTo);
  }

  #error(code: string, what: string): LoadError {
    this.#countLines(this.#start < 0 ? this.#at : this.#start);
    return new LoadError(
      code,
      `${this.#file} ${what} (line ${this.#line})`,
      "check that the file is complete and valid: an array of objects, or one object a line",
      { line: this.#line },
    );
  }
}

/** An odd number of backslashes before the quote. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let i = quote - 1;
  while (i > start && text.charCodeAt(i) === 92) i--;
  return (quote - i) % 2 === 0;
}

/**
 * The value of a record. Integers that a double would round are bigints. Throws a LoadError with the line.
 */
export function parseJson(text: string, file: string, line: number): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch (cause) {
    throw new LoadError(
      "invalid_json",
      `${file} is no valid JSON in the record at line ${line}: ${(cause as Error).message}`,
      "correct that record; JSON has no NaN, no comments and no single quotes",
      { cause, line },
    );
  }
}

function exactIntegers(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const { source } = context ?? {};
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
