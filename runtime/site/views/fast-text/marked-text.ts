/** Text of a cell with the words marked that were searched for. */
import type { TextPart } from "../../queries/search-parts.ts";
import { escapeHtml } from "./escape.ts";

/** Characters that stand before a match where the text does not begin with it. */
const BEFORE = 60;
/** What of a folded text is seen without opening it; characters. */
const SEEN = 140;
/** Of the piece of a long text that is shown first. */
const PIECE = 160;

/**
 * A text with more characters than `long` is folded; where its first match would not be seen then, the
 * piece with it stands above.
 * @param truncate characters that are shown at most; 0 for all
 */
export function markedText(parts: readonly TextPart[], truncate: number, long: number): string {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  const all = pieceOf(parts, 0, truncate === 0 ? length : truncate);
  if (length <= long) return all;
  const folded = `<div class="long" tabindex="0">${all}</div>`;
  const first = beginningOf(parts);
  if (first <= SEEN) return folded;
  return `<div class="match-piece">${pieceOf(parts, first - BEFORE, PIECE)}</div>${folded}`;
}

/** Where the first match begins. */
function beginningOf(parts: readonly TextPart[]): number {
  let at = 0;
  for (const { text, isMatch } of parts) {
    if (isMatch) return at;
    at += text.length;
  }
  return 0;
}

/** So many characters from a place on, with signs that there is more. */
function pieceOf(parts: readonly TextPart[], from: number, length: number): string {
  let markup = from > 0 ? "&hellip;" : "";
  let at = 0;
  for (const { text, isMatch } of parts) {
    const end = at + text.length;
    // Half of a character is none.
    const shown = text
      .slice(Math.max(0, from - at), Math.max(0, from + length - at))
      .toWellFormed();
    if (shown !== "") {
      const escaped = escapeHtml(shown);
      markup += isMatch ? `<mark class="match">${escaped}</mark>` : escaped;
    }
    at = end;
  }
  return from + length < at ? `${markup}&hellip;` : markup;
}
