/**
 * Which text is a number, and which only looks like one. Spaces around it do not matter. What would
 * come back as other text stays text: leading zeros ("007", post codes, phone numbers), a leading
 * plus ("+49 30"), integers beyond 64 bits. The grouping and the decimal comma of some countries are
 * not guessed, nor are "nan", "inf", "1_000" (which sqlite-utils takes, as Python does).
 */
import { INT64_MAX, INT64_MIN } from "./cell.ts";

const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** A number when it is exact as a double, else a bigint; null for text that is no 64-bit integer. */
export function parseInteger(text: string): number | bigint | null {
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  const { length } = text;
  const digits = length - start;
  const first = text.charCodeAt(start);
  if (!(first >= ZERO && first <= NINE)) return isPadded(text) ? parseInteger(text.trim()) : null;
  if (first === ZERO) {
    if (digits === 1) return negative ? null : 0;
    return isPadded(text) ? parseInteger(text.trim()) : null;
  }
  let value = 0;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return isPadded(text) ? parseInteger(text.trim()) : null;
    value = value * 10 + digit;
  }
  if (digits <= 15) return negative ? -value : value;
  if (digits > 19) return null;
  const exact = BigInt(text);
  if (exact > INT64_MAX || exact < INT64_MIN) return null;
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** Powers of ten that doubles hold exactly. */
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * "-12.34", which is what nearly all numbers look like: null for every other form, and for those of
 * more than 15 digits. The digits and the power of ten are exact, so their quotient is rounded once.
 */
function parsePlainReal(text: string): number | null {
  const { length } = text;
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  if (length - start > 16 || length === start) return null;
  if (text.charCodeAt(start) === ZERO && length > start + 1 && text.charCodeAt(start + 1) !== DOT) {
    return null;
  }
  let [digits, point] = [0, -1];
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) digits = digits * 10 + code - ZERO;
    else if (code === DOT && point < 0 && i > start) point = i;
    else return null;
  }
  if (point < 0 && length - start > 15) return null;
  const value = point < 0 ? digits : digits / (POWERS[length - point - 1] ?? 1);
  return negative ? -value : value;
}

const REAL = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Null for text that is no number, is infinite as a double, or is an integer that a double rounds. */
export function parseReal(text: string): number | null {
  const plain = parsePlainReal(text);
  if (plain !== null) return plain;
  const trimmed = isPadded(text) ? text.trim() : text;
  if (!REAL.test(trimmed)) return null;
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return null;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^-?\d+$/.test(trimmed)) return null;
  return value;
}

function isPadded(text: string): boolean {
  return /^[ \t]|[ \t]$/.test(text);
}

/** For a type that was asked for (`--type`): leading zeros, a plus and rounding are all right then. */
export function parseForcedNumber(text: string, type: "INTEGER" | "REAL"): number | bigint | null {
  const plain = text
    .trim()
    .replace(/^(-?)\+?0+(?=\d)/, "$1")
    .replace(/^\+/, "");
  const integer = parseInteger(plain === "-0" ? "0" : plain);
  if (integer !== null) return integer;
  const real = REAL.test(plain) ? Number(plain) : null;
  if (real === null || !Number.isFinite(real)) return null;
  return type === "REAL" || Number.isSafeInteger(real) ? real : null;
}
