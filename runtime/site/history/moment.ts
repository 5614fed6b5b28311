/** What `_at` may say: a version's number, or a time. */

/** A version by its number, or what was there at a time (milliseconds since 1970). */
export type Moment = { version: number } | { time: number };

const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+ -]\d{2}:?\d{2})?)?$/i;

/**
 * null for what is neither. A time is ISO 8601: a date (its first moment), or date and time, to the minute
 * or finer; without a zone it is UTC. The `+` of a zone may have become a space, as it does in a query
 * string.
 */
export function parseMoment(text: string): Moment | null {
  if (/^\d{1,10}$/.test(text)) return { version: Number(text) };
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, date = "", minutes = "00:00", seconds = ":00", zone = "Z"] = match;
  // JavaScript takes the 30th of February for the 1st of March.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return null;
  const offset = zone
    .toUpperCase()
    .replace(" ", "+")
    .replace(/^(.\d{2}):?(\d{2})$/, "$1:$2");
  const time = Date.parse(`${date}T${minutes}${seconds}${offset}`);
  return Number.isNaN(time) ? null : { time };
}

/** `2026-11-20 12:00:30 UTC`; `at` is ISO 8601 in UTC. */
export function readableTime(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}
