import { asciiLower } from "../../core/names.ts";

/**
 * SQLite's LIKE: `%` is any text, `_` any character, ASCII letters match in either case. Its time is
 * bounded by the product of the lengths, whatever the pattern.
 */
export function isLike(text: string, pattern: string): boolean {
  const characters = [...asciiLower(text)];
  const wanted = [...asciiLower(pattern)];
  let at = 0;
  let index = 0;
  // Where to go on after the last `%`, should what follows it not match here.
  let afterPercent = -1;
  let resumeAt = 0;
  while (at < characters.length) {
    if (wanted[index] === "%") {
      afterPercent = ++index;
      resumeAt = at;
    } else if (
      index < wanted.length &&
      (wanted[index] === "_" || wanted[index] === characters[at])
    ) {
      at++;
      index++;
    } else if (afterPercent >= 0) {
      index = afterPercent;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (wanted[index] === "%") index++;
  return index === wanted.length;
}
