/** What the server says about the positions of a page's rows: see runtime/site/views/json/map-json.ts. */
import type { Geometry } from "../queries/geometry.ts";
import { type Spot, spotOf } from "./map-view.ts";

export type Place = Record<string, string>;

export interface MapAnswer {
  place: Place | null;
  places: Place[];
  rows: number;
  positions: number;
  step: number;
  points: number[];
  geometries: (Geometry | null)[];
}

export interface Card {
  at: number;
  title: string | null;
  href: string | null;
  values: { column: string; value: string }[];
}

/** A row that is drawn as a point. `at` is its number among the rows with a position. */
export interface Point extends Spot {
  at: number;
}

export interface Shape {
  geometry: Geometry;
  at: number;
}

export async function fetchMap(place: Place | null): Promise<MapAnswer> {
  return fetchJson(mapUrl(new URL(location.href), place));
}

export async function fetchCards(place: Place, numbers: readonly number[]): Promise<Card[]> {
  const url = mapUrl(new URL(location.href), place);
  url.searchParams.set("_cards", numbers.join(","));
  const { cards } = await fetchJson<{ cards: Card[] }>(url);
  return cards;
}

/** The address of the map's data, for the page at `address`. */
export function mapUrl(address: URL, place: Place | null): URL {
  const path = address.pathname.replace(/\/$/, "");
  const isCustomQuery = path.endsWith("/-/query");
  const url = new URL(isCustomQuery ? `${path}/map.json` : `${path}/-/map.json`, address);
  url.search = address.search;
  url.searchParams.delete("_next");
  for (const [name, column] of Object.entries(place ?? {}))
    url.searchParams.set(`_${name}`, column);
  return url;
}

async function fetchJson<T>(url: URL): Promise<T> {
  const response = await fetch(url);
  const body = await response.json();
  if (!response.ok) throw new Error(String(body.error));
  return body;
}

/** Rows that are points are clustered; all others are shapes. */
export function drawable({ points, geometries, step }: MapAnswer): {
  spots: Point[];
  shapes: Shape[];
} {
  const spots: Point[] = [];
  const shapes: Shape[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    spots.push({ ...spotOf(points[i]!, points[i + 1]!), at: (i / 2) * step });
  }
  geometries.forEach((geometry, index) => {
    const at = index * step;
    if (geometry?.type === "Point") {
      const [longitude, latitude] = geometry.coordinates as [number, number];
      spots.push({ ...spotOf(longitude, latitude), at });
    } else if (geometry !== null) shapes.push({ geometry, at });
  });
  return { spots, shapes };
}

/** All corners of a geometry. */
export function* spotsOf({ coordinates, geometries }: Geometry): Iterable<Spot> {
  for (const part of geometries ?? []) yield* spotsOf(part);
  if (coordinates !== undefined) yield* within(coordinates);
}

function* within(coordinates: NonNullable<Geometry["coordinates"]>): Iterable<Spot> {
  const [first, second] = coordinates;
  if (typeof first === "number") yield spotOf(first, Number(second));
  else for (const part of coordinates) if (typeof part !== "number") yield* within(part);
}

/** How much of the data is on the map. */
export function whatIsShown(answer: MapAnswer): string {
  const { rows, positions, step, points, geometries, place } = answer;
  const number = (count: number) => count.toLocaleString("en");
  const said = `${number(positions)} of ${number(rows)} ${rows === 1 ? "row has" : "rows have"} a position`;
  const drawn = place !== null && "geometry" in place ? geometries.length : points.length / 2;
  if (step > 1) return `${said}; ${number(drawn)} of them, evenly chosen, are on the map.`;
  if (drawn < positions) {
    return `${said}; the first ${number(drawn)} are on the map, more would be too much for one.`;
  }
  return `${said}.`;
}
