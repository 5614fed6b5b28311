import type { SqlValue } from "../../../core/sqlite/values.ts";

/** JSON of a value. */
export type Encoder = (value: SqlValue) => string;

/** What a column becomes in each row's object. */
export interface Member {
  /** The name with what is around it, as `,"name":`. */
  start: string;
  index: number;
  /** null for values that are encoded as they are. */
  encode: Encoder | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * Adds a row's members to `text`. This is where a table's JSON takes most of its time, hence the
 * common case first. `encodeOther` is for what is not simple text.
 */
export function appendMembers(
  text: string,
  members: readonly Member[],
  row: readonly SqlValue[],
  encodeOther: Encoder,
): string {
  for (let position = 0; position < members.length; position++) {
    const { start, index, encode } = members[position]!;
    const value = row[index]!;
    text += start;
    if (encode !== null) text += encode(value);
    else if (typeof value === "string" && !NEEDS_ESCAPE.test(value)) text += `"${value}"`;
    else text += encodeOther(value);
  }
  return text;
}
