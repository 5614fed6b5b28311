/** Texts in pieces: what a search has found, and what is between. Pure. */
export interface TextPart {
  text: string;
  isMatch: boolean;
}

/** Around what matches in what an index returns. No text has them. */
export const OPEN = "\u0002";
export const CLOSE = "\u0003";

/** One match in what `offsets()` says: column, term, first byte, bytes. */
export const MARKS = /\d+ \d+ \d+ \d+/g;

/** Of what a visitor searched for. */
const MOST_WORDS = 30;

/** A text with its matches between `OPEN` and `CLOSE`. */
export function partsBetween(text: string): TextPart[] {
  return text
    .split(OPEN)
    .flatMap((piece, at): TextPart[] => {
      if (at === 0) return [{ text: piece, isMatch: false }];
      const [match = "", ...rest] = piece.split(CLOSE);
      return [
        { text: match, isMatch: true },
        { text: rest.join(""), isMatch: false },
      ];
    })
    .filter((part) => part.text !== "");
}

/** `places` are first and last bytes of matches in UTF-8, the last ones exclusive, in any order. */
export function partsAt(text: string, places: readonly (readonly [number, number])[]): TextPart[] {
  const bytes = Buffer.from(text);
  const parts: TextPart[] = [];
  let end = 0;
  const add = (to: number, isMatch: boolean) => {
    if (to > end) parts.push({ text: bytes.toString("utf8", end, to), isMatch });
    end = Math.max(end, to);
  };
  for (const [from, to] of places.toSorted(([a], [b]) => a - b)) {
    add(from, false);
    add(to, true);
  }
  add(bytes.length, false);
  return parts;
}

/** What finds words that begin with one of these; null where there are none. */
export function wordsOf(search: string): RegExp | null {
  const words = (search.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_WORDS);
  if (words.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})[\\p{L}\\p{N}]*`, "giu");
}

/** null where there are none of the words. */
export function partsOfWords(text: string, words: RegExp): TextPart[] | null {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { index, 0: match } of text.matchAll(words)) {
    if (index > end) parts.push({ text: text.slice(end, index), isMatch: false });
    parts.push({ text: match, isMatch: true });
    end = index + match.length;
  }
  if (end === 0) return null;
  if (end < text.length) parts.push({ text: text.slice(end), isMatch: false });
  return parts;
}
