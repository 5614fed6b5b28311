import { InvalidArgumentError } from "commander";

const TIME =
  /^\d{4}-\d\d-\d\d(?<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/;

/** A time as ISO 8601 has it, in UTC where it names no zone. */
export function readTime(text: string): string {
  const { time, zone } = TIME.exec(text)?.groups ?? { time: "invalid" };
  const date = new Date(time !== undefined && zone === undefined ? `${text}Z` : text);
  // JavaScript takes the 30th of February for the 2nd of March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  if (time !== "invalid" && isDay && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new InvalidArgumentError("It must be a time such as 2026-11-20T12:00:00Z.");
}
