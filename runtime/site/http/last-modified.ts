import type { HeaderFields } from "./answer.ts";

/**
 * `Last-Modified` for an answer about data of these times (ISO 8601), and that it is to be revalidated:
 * with a date alone caches would make up for how long they keep it. Nothing without times, and no date in
 * the future: https://httpwg.org/specs/rfc9110.html#field.last-modified
 */
export function lastModified(times: readonly string[]): HeaderFields {
  if (times.length === 0) return {};
  const newest = Math.max(...times.map((time) => Date.parse(time)));
  const revalidated: HeaderFields = { "cache-control": "no-cache" };
  if (newest > Date.now()) return revalidated;
  return { ...revalidated, "last-modified": new Date(newest).toUTCString() };
}
