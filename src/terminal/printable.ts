import { ACTIVE, unicodeEscape } from "../../runtime/core/active-characters.ts";

/** The text on one line, with each character that a terminal would act on as its escape: "a\x1b[2J" becomes `a\x1b[2J`. */
export function printable(text: string): string {
  return text.replace(ACTIVE, visible);
}

function visible(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : unicodeEscape(character);
}
