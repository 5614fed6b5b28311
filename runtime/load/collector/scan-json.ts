/** One pass over JSON text, of which nothing is known yet: how deep it nests, and where an array's elements end. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

export interface Scanned {
  /** Where it is first nested deeper than allowed; -1 for nowhere. Nothing after it was looked at. */
  tooDeepAt: number;
  /** If all of it is one array: where its elements end. */
  ends: number[];
  /** Objects and lists, on all levels. */
  opened: number;
}

/** `deepest` is how many levels of objects and lists there may be. */
export function scanJson(text: string, deepest: number): Scanned {
  const isArray = /^\s*\[/.test(text);
  const ends: number[] = [];
  const { length } = text;
  let depth = 0;
  let opened = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      for (at++; at < length; at++) {
        const inside = text.charCodeAt(at);
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) at++;
      }
    } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
      opened++;
      if (++depth > deepest) return { tooDeepAt: at, ends, opened };
    } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
      if (--depth === 0 && isArray) ends.push(at);
    } else if (code === COMMA) {
      if (depth === 1 && isArray) ends.push(at);
    } else if (code === LINE_FEED && depth < 0) {
      depth = 0;
    }
  }
  return { tooDeepAt: -1, ends, opened };
}
