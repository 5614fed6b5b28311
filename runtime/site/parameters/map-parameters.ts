import { badRequest } from "../errors.ts";
import type { Arguments } from "./arguments.ts";
import type { Place } from "./map-place.ts";

export interface MapRequest {
  /** null where the columns are to be found out. */
  place: Place | null;
  /** The rows whose cards are asked for, by their place among those that have a position; null for the map. */
  cards: readonly number[] | null;
}

/** Cards that are given at once. */
const MOST_CARDS = 10;

/**
 * `_latitude` and `_longitude`, or `_geometry`; `_cards`.
 * @throws HttpError 400
 */
export function parseMap(args: Arguments): MapRequest {
  const cards = args.get("_cards") || null;
  if (cards !== null && !/^\d{1,9}(,\d{1,9})*$/.test(cards)) {
    throw badRequest("_cards must be numbers with commas between them");
  }
  return {
    place: parsePlace(args),
    cards: cards?.split(",").map(Number).slice(0, MOST_CARDS) ?? null,
  };
}

function parsePlace(args: Arguments): Place | null {
  const [geometry, latitude, longitude] = ["_geometry", "_latitude", "_longitude"].map((name) =>
    args.get(name),
  );
  if (geometry) return { geometry };
  if (latitude && longitude) return { latitude, longitude };
  if (latitude || longitude) throw badRequest("_latitude and _longitude go together");
  return null;
}
