/**
 * Points in time as text: which texts are one, and how they are stored. All are stored in UTC, in one
 * form whose order as text is that in time: `2026-11-21T15:04:05.123+00:00`.
 */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

/**
 * A date with a time, in ISO 8601 as programs write it, as it is stored; null for anything else. What says
 * nothing of its zone is UTC, as in dlt.
 */
export function timestampOf(text: string): string | null {
  return text.length > 10 ? parse(text) : null;
}

/** The same, also for a date alone: midnight. */
export function timestampOrDateOf(text: string): string | null {
  return parse(text);
}

/** Seconds since 1970 as they are stored; null beyond the years 1 to 9999, or finer than microseconds. */
export function timestampOfSeconds(seconds: number): string | null {
  const micros = Math.round(seconds * 1e6);
  if (!Number.isSafeInteger(micros) || micros / 1e6 !== seconds) return null;
  const whole = Math.floor(micros / 1e6);
  return stored(whole * 1000, String(micros - whole * 1e6).padStart(6, "0"));
}

function parse(text: string): string | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = ""] = match;
  const [, , , , , , , , , sign, hours = "0", minutes = "0"] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isDate = date.getUTCMonth() === Number(month) - 1 && Number(year) > 0;
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isDate || !isTime || Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const seconds = Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  return stored(date.getTime() + seconds * 1000, fraction);
}

function stored(milliseconds: number, fraction: string): string | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return null;
  const digits = fraction.replace(/0+$/, "");
  return `${date.toISOString().slice(0, 19)}${digits && `.${digits}`}+00:00`;
}
