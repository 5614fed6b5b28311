/** Orders text by code point, as Python and SQLite do (JavaScript's own order is by UTF-16 unit). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  // In the middle of a surrogate pair: its first half was equal, the second decides just as well.
  return (a.codePointAt(index) ?? -1) - (b.codePointAt(index) ?? -1);
}
