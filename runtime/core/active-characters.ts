/**
 * Characters that make a terminal do something instead of showing them: the C0 controls and DEL, the
 * C1 controls (0x9b begins a sequence as ESC [ does), line separators, and the marks that reorder
 * text, with which a name can look like another (https://trojansource.codes). A tab is harmless.
 */
export const ACTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\0-\x08\n-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** JSON with those characters as escapes of JSON, so that nothing is lost. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(ACTIVE, unicodeEscape);
}

export function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
