/**
 * Marks in the rows what was searched for: words that begin with a word of the search. (The index may know
 * more forms of a word; those are found, but not marked.)
 */
import { all } from "./dom.ts";

export function markSearch(): void {
  const words = wordsOf(new URLSearchParams(location.search).get("_search") ?? "");
  // https://developer.mozilla.org/en-US/docs/Web/API/CSS_Custom_Highlight_API
  if (words === null || !("highlights" in CSS)) return;
  const found = new Highlight();
  for (const cell of all(".rows-and-columns td.type-str")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (const { index, 0: match } of (node.textContent ?? "").matchAll(words)) {
        const range = new Range();
        range.setStart(node, index);
        range.setEnd(node, index + match.length);
        found.add(range);
      }
    }
  }
  CSS.highlights.set("search", found);
}

/** Null where there are none. */
export function wordsOf(search: string): RegExp | null {
  const words = search.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})[\\p{L}\\p{N}]*`, "giu");
}
