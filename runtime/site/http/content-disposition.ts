/**
 * `Content-Disposition` of a file to be saved. A name that is more than plain ASCII is given twice: in
 * UTF-8, and for old browsers with underscores. https://httpwg.org/specs/rfc6266 and rfc8187
 */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/gu, "_").replace(/["\\/;]/g, "_");
  if (plain === name) return `attachment; filename="${name}"`;
  return `attachment; filename="${plain}"; filename*=UTF-8''${extendedValue(name)}`;
}

/** https://httpwg.org/specs/rfc8187#definition */
function extendedValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
