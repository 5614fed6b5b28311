/** Which text a card can show, and how much room it takes: of Public Sans, weight 600, which cards are set in. */

/** Of `SPACE` to `~`, in hundredths of the size; a test holds them to the font. */
const WIDTHS = [
  24, 27, 46, 61, 68, 93, 75, 26, 32, 33, 44, 58, 27, 39, 26, 37, 63, 42, 62, 65, 65, 66, 65, 62,
  67, 65, 26, 27, 57, 58, 57, 53, 81, 72, 69, 71, 71, 64, 61, 75, 77, 30, 40, 71, 58, 91, 77, 75,
  65, 77, 69, 68, 61, 71, 69, 97, 71, 64, 66, 33, 37, 33, 48, 55, 25, 56, 60, 53, 60, 56, 40, 63,
  59, 26, 28, 58, 32, 89, 59, 55, 60, 60, 41, 52, 40, 59, 52, 79, 58, 56, 49, 36, 27, 36, 60,
];
/** Of other letters at most. */
const OTHER = 93;
const WIDEST: Readonly<Record<string, number>> = { "—": 114, Œ: 114, Æ: 103 };
const FIRST = 32;

/** Letters that the font has (its files latin and latin-ext). */
const SPELLABLE = /^[ -~\u00a1-\u017e\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac\u2212]*$/;
/** Decoration that a title can do without. */
const PICTURES = /(?:\p{Extended_Pictographic}|\u200d|\ufe0f)+/gu;

/** The text in one line, without emoji; null where the font lacks letters of what is left, or nothing is. */
export function spelled(text: string): string | null {
  const line = text.normalize("NFC").replace(PICTURES, " ").replace(/\s+/g, " ").trim();
  return line !== "" && SPELLABLE.test(line) ? line : null;
}

/** How wide a text is at most, in the unit of `size`. */
export function widthOf(text: string, size: number): number {
  let hundredths = 0;
  for (const letter of text) {
    hundredths += WIDTHS[letter.charCodeAt(0) - FIRST] ?? WIDEST[letter] ?? OTHER;
  }
  return (hundredths * size) / 100;
}

/** The text, or its beginning and an ellipsis. */
export function shortened(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let end = text.length;
  while (end > 0 && widthOf(`${text.slice(0, end)}…`, size) > width) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Lines of whole words where these fit; what does not fit into `most` lines is left out, with an ellipsis. */
export function wrapped(text: string, size: number, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || widthOf(longer, size) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  const rest = lines.slice(most - 1).join(" ");
  return [...lines.slice(0, most - 1), rest]
    .filter(Boolean)
    .map((each) => shortened(each, size, width));
}
