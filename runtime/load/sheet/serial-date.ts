/** Excel's dates: days since an epoch, which only the cell's number format tells from other numbers. */

const DAY_SECONDS = 86_400;
/** Day 0 of the two date systems, in days since 1970. In the first, 1900 is a leap year by mistake. */
const EPOCH_1900 = -25_569;
const EPOCH_1904 = -24_107;

export type DateStyle = "date" | "time" | "duration";

/** What numbers with this built-in format are (ECMA-376, 18.8.30); null for plain numbers. */
export function builtInStyle(id: number): DateStyle | null {
  if (id === 46) return "duration";
  if ((id >= 18 && id <= 21) || id === 45 || id === 47) return "time";
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? "date" : null;
}

/** What numbers with a format such as `dd/mm/yyyy` or `[h]:mm` are; null for plain numbers. */
export function styleOfCode(code: string): DateStyle | null {
  const [first = ""] = code.split(";");
  const bare = first.replace(/"[^"]*"|\\.|_.|\*./g, "");
  if (/\[(h+|m+|s+)\]/i.test(bare)) return "duration";
  const letters = bare.replace(/\[[^\]]*\]|general|am\/pm|a\/p/gi, "");
  if (/[dy]/i.test(letters)) return "date";
  if (/h|s/i.test(letters)) return "time";
  return /m/i.test(letters) ? "date" : null;
}

/** ISO text of a serial number; null for one that is no date. */
export function serialToIso(serial: number, style: DateStyle, is1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return null;
  const seconds = Math.round(serial * DAY_SECONDS);
  if (style === "duration" || (style === "time" && serial < 1)) return clock(seconds);
  const day = Math.floor(seconds / DAY_SECONDS);
  const beforeLeapDay = !is1904 && day < 60 ? 1 : 0;
  const days = day + (is1904 ? EPOCH_1904 : EPOCH_1900) + beforeLeapDay;
  const date = new Date(days * DAY_SECONDS * 1000).toISOString().slice(0, 10);
  const rest = seconds - day * DAY_SECONDS;
  return rest === 0 ? date : `${date} ${clock(rest)}`;
}

/** 47,100 → "13:05:00". */
export function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
