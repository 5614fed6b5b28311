/**
 * The databases that the collector's events go into: one for all of them, or one for each month. Pure.
 */
import { asciiLower } from "../names.ts";
import { asObject, asString, InvalidData } from "./check.ts";

export const ROTATIONS = ["never", "month"] as const;
export type Rotation = (typeof ROTATIONS)[number];

export interface Collection {
  /** The name that the owner gave; with `month` that of each database begins with it. */
  database: string;
  rotation: Rotation;
}

/** `events-2026-11` */
const MONTH = /^(.+)-\d{4}-(?:0[1-9]|1[0-2])$/;

/** The database of an event that was taken at `time`; months are those of UTC. */
export function databaseAt({ database, rotation }: Collection, time: Date): string {
  return rotation === "month" ? `${database}-${time.toISOString().slice(0, 7)}` : database;
}

/** The name before the month; the whole name where there is no month in it. */
export function baseOf(database: string): string {
  return MONTH.exec(database)?.[1] ?? database;
}

/** Whether only the loader may publish a database of this name; names are compared as SQLite does. */
export function isReserved({ database, rotation }: Collection, name: string): boolean {
  const own = asciiLower(database);
  const given = asciiLower(name);
  return given === own || (rotation === "month" && baseOf(given) === own);
}

/** Throws InvalidData. */
export function asCollection(value: unknown, where: string): Collection {
  const { database, rotation } = asObject(value, where);
  return {
    database: asString(database, `${where}.database`),
    rotation: parseRotation(asString(rotation, `${where}.rotation`)),
  };
}

/** Throws InvalidData. */
export function parseRotation(text: string): Rotation {
  const rotation = ROTATIONS.find((each) => each === text);
  if (rotation !== undefined) return rotation;
  throw new InvalidData(`"${text}" is no rotation: it is ${ROTATIONS.join(" or ")}`);
}
