/** Writing query strings, as Python's `urllib.parse` writes them. */

export type Pair = readonly [name: string, value: string];

/** `a=1&b=x+y`, as Python's `urlencode` writes it. */
export function encodePairs(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`)
    .join("&");
}

const UNRESERVED = /^[\w.~-]*$/;

/** Percent-encodes a query string part as Python's `quote_plus` does. */
export function encodeComponent(text: string): string {
  // Most names and values have nothing to encode.
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
