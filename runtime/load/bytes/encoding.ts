/** From bytes to text: which encoding a file has, and decoding it piece by piece. */
import { isAscii, isUtf8 } from "node:buffer";
import { LoadError, ReadAgain } from "../model/load-error.ts";

const LF = 10;

/** 0x80 to 0x9F in Windows-1252; where it defines nothing, the control character of that number. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

export interface Encoding {
  /** A label of https://encoding.spec.whatwg.org/, lower case. */
  name: string;
  /** Bytes at the beginning that are no text. */
  bomLength: number;
  /** Asked for or said by a BOM: what does not fit is replaced, not taken for another encoding. */
  certain: boolean;
}

/**
 * The encoding that a file's first bytes show: a BOM; UTF-16 without one by its zero bytes; else UTF-8,
 * until a byte further on refutes that (`Decoder`).
 */
export function detectEncoding(start: Buffer): Encoding {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) {
    return { name: "utf-8", bomLength: 3, certain: true };
  }
  if (start[0] === 0xff && start[1] === 0xfe) {
    return { name: "utf-16le", bomLength: 2, certain: true };
  }
  if (start[0] === 0xfe && start[1] === 0xff) {
    return { name: "utf-16be", bomLength: 2, certain: true };
  }
  const sample = start.subarray(0, 4096);
  let [even, odd] = [0, 0];
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) i % 2 === 0 ? even++ : odd++;
  // Text of any script has spaces, digits and line ends, whose other byte is zero in UTF-16.
  const enough = sample.length / 8;
  if (odd > enough && even < odd / 8) return { name: "utf-16le", bomLength: 0, certain: true };
  if (even > enough && odd < even / 8) return { name: "utf-16be", bomLength: 0, certain: true };
  return { name: "utf-8", bomLength: 0, certain: false };
}

/** The encoding that a user named. Throws a LoadError for a name that nobody knows. */
export function namedEncoding(label: string, start: Buffer): Encoding {
  try {
    const { encoding } = new TextDecoder(label);
    const { name, bomLength } = detectEncoding(start);
    return { name: encoding, bomLength: name === encoding ? bomLength : 0, certain: true };
  } catch (cause) {
    throw new LoadError(
      "unknown_encoding",
      `There is no encoding ${label}`,
      "utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis, gbk …",
      { cause, exitCode: 2 },
    );
  }
}

/** Decodes pieces in order; what is incomplete at the end of one waits for the next. */
export class Decoder {
  readonly #encoding: Encoding;
  readonly #file: string;
  readonly #general: TextDecoder | null;
  #rest: Buffer = Buffer.alloc(0);
  #skip: number;
  #sawUtf8 = false;
  #line = 1;
  /** Line of the first character that had to be replaced; null for none. */
  firstReplaced: number | null = null;

  constructor(encoding: Encoding, file: string) {
    this.#encoding = encoding;
    this.#file = file;
    this.#skip = encoding.bomLength;
    const { name } = encoding;
    const special = name === "utf-8" || name === "windows-1252";
    this.#general = special ? null : new TextDecoder(name, { ignoreBOM: true });
  }

  /**
   * Throws ReadAgain for what is not UTF-8 but looks like Windows-1252, a LoadError for UTF-8 that is
   * damaged.
   */
  decode(piece: Buffer, last: boolean): string {
    const bytes = this.#skip === 0 ? piece : piece.subarray(this.#skip);
    this.#skip -= piece.length - bytes.length;
    if (this.#general !== null) return this.#general.decode(bytes, { stream: !last });
    if (this.#encoding.name === "windows-1252") return decodeWindows1252(bytes);
    return this.#decodeUtf8(bytes, last);
  }

  #decodeUtf8(bytes: Buffer, last: boolean): string {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = last ? all.length : completeUtf8(all);
    const whole = all.subarray(0, end);
    this.#rest = Buffer.from(all.subarray(end));
    if (isAscii(whole)) {
      if (!this.#encoding.certain && !this.#sawUtf8) this.#line += countLines(whole);
      return whole.toString("latin1");
    }
    if (!isUtf8(whole)) this.#refuse(whole);
    this.#sawUtf8 = true;
    if (!this.#encoding.certain) this.#line += countLines(whole);
    return whole.toString("utf8");
  }

  #refuse(bytes: Buffer): void {
    const at = firstInvalid(bytes);
    const line = this.#line + countLines(bytes.subarray(0, at));
    if (this.#encoding.certain) {
      this.firstReplaced ??= line;
      return;
    }
    if (!this.#sawUtf8 && isAscii(bytes.subarray(0, at))) throw new ReadAgain("windows-1252");
    throw new LoadError(
      "invalid_utf8",
      `${this.#file} is UTF-8 text, but not in line ${line}`,
      "--encoding windows-1252 (or its real one), or --encoding utf-8 to replace what cannot be read",
      { line },
    );
  }
}

function decodeWindows1252(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  if (isAscii(bytes)) return text;
  return text.replace(/[\x80-\x9f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80] ?? c);
}

/** Length without a last character that is incomplete. */
function completeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function firstInvalid(bytes: Buffer): number {
  let [low, high] = [0, bytes.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isUtf8(bytes.subarray(0, completeUtf8(bytes.subarray(0, middle))))) low = middle;
    else high = middle;
  }
  return completeUtf8(bytes.subarray(0, low));
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
