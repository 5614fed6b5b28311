/** Quotes each word of a search, so that nothing in it is FTS syntax. */
export function escapeFts(search: unknown): string {
  let text = String(search);
  if ((text.split('"').length - 1) % 2 === 1) text += '"';
  return text
    .split(/\s+|(".*?")/)
    .filter((part) => part !== undefined && part !== "" && part !== '""')
    .map((part) => (part?.startsWith('"') ? part : `"${part}"`))
    .join(" ");
}
