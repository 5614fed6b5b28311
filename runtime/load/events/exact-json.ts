/**
 * JSON text → values without loss: `JSON.parse` makes 5 of 5.0 and 12345678901234567000 of
 * 12345678901234567890. Numbers that it would change are kept as their text.
 */

/** A number as it was written. `JSON.stringify` writes it in the same way. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Written without point and exponent. */
  get isWhole(): boolean {
    return /^-?\d+$/.test(this.text);
  }

  toJSON(): unknown {
    return rawJson(this.text);
  }
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | JsonValue[]
  | { [key: string]: JsonValue };

/** Newer than TypeScript's description of JSON: https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** What a number can look like that is not what `JSON.parse` makes of it; in strings it does no harm. */
const SUSPICIOUS = /\d{16}\s*(?:[,}\]]|$)|(?:\.0+|\d[eE][-+]?\d+)\s*(?:[,}\]]|$)/;

/** Throws a SyntaxError. */
export function parseExact(text: string): JsonValue {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text) as JsonValue;
  return (JSON.parse as (text: string, reviver: Reviver) => JsonValue)(text, exact);
}

const exact: Reviver = (_key, value, { source }) => {
  if (typeof value !== "number" || source === undefined) return value;
  const isPlain = /^-?\d+$/.test(source) ? Number.isSafeInteger(value) : !Number.isInteger(value);
  return isPlain && Number.isFinite(value) ? value : new ExactNumber(source);
};
