/** Which versions of a site are kept, as its manifest says it. */
import { asCount, asObject, InvalidData } from "./check.ts";

/** A version is kept when one of these says so. */
export interface Retention {
  /** The newest, the current one included. */
  versions?: number;
  /** Those that were current within so many hours. */
  hours?: number;
}

/** Of sites that say nothing. */
export const DEFAULT_VERSIONS = 10;
/** Each of them is read when others are removed. */
export const MOST_VERSIONS = 10_000;
/** Ten years. */
export const MOST_HOURS = 87_600;

/** Throws InvalidData. */
export function asRetention(value: unknown, where: string): Retention {
  const { versions, hours } = asObject(value, where);
  const retention: Retention = {};
  if (versions !== undefined) retention.versions = asCount(versions, `${where}.versions`);
  if (hours !== undefined) retention.hours = asCount(hours, `${where}.hours`);
  if (retention.versions === 0) throw new InvalidData(`${where} keeps nothing`);
  return retention;
}
