import type { MapCard } from "../../pages/map/map-cards.ts";
import type { MapData } from "../../pages/map/map-data.ts";
import { RawJson } from "./json.ts";

/** Points and shapes are tens of thousands of numbers: `JSON.stringify` is the quick way. */
export function mapJson({ points, geometries, ...map }: MapData): RawJson {
  return new RawJson(JSON.stringify({ ok: true, ...map, points, geometries }));
}

export function mapCardsJson(cards: readonly MapCard[]): Record<string, unknown> {
  return { ok: true, cards };
}
