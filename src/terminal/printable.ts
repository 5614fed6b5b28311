/**
 * Characters that make a terminal do something instead of showing them: the C0 controls and DEL, the
 * C1 controls (0x9b begins a sequence as ESC [ does), line separators, and the marks that reorder
 * text, with which a name can look like another (https://trojansource.codes). A tab is harmless.
 */
const ACTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\0-\x08\n-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text on one line, with each such character as its escape: "a\x1b[2J" becomes `a\x1b[2J`. */
export function printable(text: string): string {
  return text.replace(ACTIVE, visible);
}

/** JSON with those characters as escapes of JSON, so that nothing is lost. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(ACTIVE, unicodeEscape);
}

function visible(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${hex(code, 2)}` : unicodeEscape(character);
}

function unicodeEscape(character: string): string {
  return `\\u${hex(character.charCodeAt(0), 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
