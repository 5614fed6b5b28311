/**
 * Dates in text that have one unambiguous reading, and their ISO form. Day and month in numbers with
 * slashes or hyphens are two candidates, which the column's values decide between (25/12/2024);
 * while both fit, the column stays as it is. Two-digit years are never read.
 */

/** Text → ISO date or date and time; null when it is not of this format. */
export type DateFormat = (text: string) => string | null;

const TIME = String.raw`(?:[T ,]\s*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:\s?([AaPp])\.?[Mm]\.?)?)?`;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FULL_MONTHS =
  "january february march april may june july august september october november december".split(
    " ",
  );

type Order = [year: number, month: number, day: number];

/** `order` says which groups of the pattern are year, month, day; the time's five follow them. */
function format(pattern: string, order: Order): DateFormat {
  const expression = new RegExp(`^${pattern}${TIME}$`);
  return (text) => {
    // Most text is no date, and most that is begins or ends with a digit.
    const match = text.length > 40 ? null : expression.exec(text);
    if (match === null) return null;
    const [year, month, day] = order.map((group) => match[group] ?? "") as [string, string, string];
    const date = isoDate(Number(year), monthNumber(month), Number(day));
    const time = isoTime(match.slice(4));
    return date === null || time === null ? null : date + time;
  };
}

/** By name, in the order in which they are tried. Already ISO text is not among them: it stays. */
export const DATE_FORMATS: Record<string, DateFormat> = {
  "YYYY/MM/DD": format(String.raw`(\d{4})/(\d{1,2})/(\d{1,2})`, [1, 2, 3]),
  "YYYY.MM.DD": format(String.raw`(\d{4})\.(\d{1,2})\.(\d{1,2})`, [1, 2, 3]),
  "DD.MM.YYYY": format(String.raw`(\d{1,2})\.(\d{1,2})\.(\d{4})`, [3, 2, 1]),
  "DD/MM/YYYY": format(String.raw`(\d{1,2})/(\d{1,2})/(\d{4})`, [3, 2, 1]),
  "MM/DD/YYYY": format(String.raw`(\d{1,2})/(\d{1,2})/(\d{4})`, [3, 1, 2]),
  "DD-MM-YYYY": format(String.raw`(\d{1,2})-(\d{1,2})-(\d{4})`, [3, 2, 1]),
  "MM-DD-YYYY": format(String.raw`(\d{1,2})-(\d{1,2})-(\d{4})`, [3, 1, 2]),
  "DD Mon YYYY": format(String.raw`(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})`, [3, 2, 1]),
  "Mon DD, YYYY": format(String.raw`([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})`, [3, 1, 2]),
};

/** Pairs of formats that the same text can have: while both fit a column, neither is used. */
export const AMBIGUOUS_DATES: [string, string][] = [
  ["DD/MM/YYYY", "MM/DD/YYYY"],
  ["DD-MM-YYYY", "MM-DD-YYYY"],
];

/** 1 to 12, from digits or an English name; NaN for anything else. */
function monthNumber(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const name = text.toLowerCase();
  const at = FULL_MONTHS.indexOf(name);
  if (at >= 0) return at + 1;
  const short = name === "sept" ? 8 : MONTHS.indexOf(name);
  return short >= 0 ? short + 1 : Number.NaN;
}

function isoDate(year: number, month: number, day: number): string | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && year >= 1)) return null;
  if (day > new Date(Date.UTC(2000, month, 0)).getUTCDate()) return null;
  if (month === 2 && day === 29 && !isLeapYear(year)) return null;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** "" without a time, " 13:05:00" with one; null for a time that does not exist. */
function isoTime([hours, minutes, seconds, fraction, half]: (string | undefined)[]): string | null {
  if (hours === undefined || minutes === undefined) return "";
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return null;
  const end = seconds === undefined ? "" : `:${seconds}${fraction ?? ""}`;
  return ` ${two(hour)}:${minutes}${end}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
