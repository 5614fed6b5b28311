/** What part of the world a map shows (Web Mercator), and its spelling in the address. Pure. */

/** Where something is, in radians of Mercator: x to the east, y to the north. */
export interface Spot {
  x: number;
  y: number;
}

export interface View {
  /** The middle of the map. */
  center: Spot;
  /** Pixels a radian. */
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Mercator has no poles: what is beyond is drawn at the edge. */
const MOST_NORTH = 85;
/** About a street across the map. */
const CLOSEST = 4_000_000;
/** The closest that a map opens: around one place with its country, else with a part of a town across. */
const ONE_PLACE = 20_000;
const CLOSE = 300_000;
const MARGIN = 36;
/** Pixels of the whole world at zoom 0, as tiles have it. */
const WORLD = 256;

export function spotOf(longitude: number, latitude: number): Spot {
  const north = Math.max(-MOST_NORTH, Math.min(MOST_NORTH, latitude));
  return {
    x: (longitude * Math.PI) / 180,
    y: Math.log(Math.tan(Math.PI / 4 + (north * Math.PI) / 360)),
  };
}

/** The view with all spots in it. */
export function viewOf(spots: Iterable<Spot>, size: Size): View {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of spots) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  if (east < west) return { center: { x: 0, y: 0 }, scale: size.width / (2 * Math.PI) };
  const across = (size.width - 2 * MARGIN) / Math.max(1e-9, east - west);
  const up = (size.height - 2 * MARGIN) / Math.max(1e-9, north - south);
  const isOnePlace = east === west && north === south;
  const scale = Math.min(isOnePlace ? ONE_PLACE : CLOSE, across, up);
  return { center: { x: (west + east) / 2, y: (south + north) / 2 }, scale };
}

export function toPixels({ center, scale }: View, { width, height }: Size, { x, y }: Spot) {
  return { x: width / 2 + (x - center.x) * scale, y: height / 2 - (y - center.y) * scale };
}

/** `by` is a factor; the spot at `at` (pixels) stays where it is. */
export function zoomed(view: View, size: Size, by: number, at: { x: number; y: number }): View {
  const least = Math.min(size.width, size.height) / (2 * Math.PI) / 2;
  const scale = Math.max(least, Math.min(CLOSEST, view.scale * by));
  const [dx, dy] = [at.x - size.width / 2, at.y - size.height / 2];
  return {
    center: {
      x: view.center.x + dx / view.scale - dx / scale,
      y: view.center.y - dy / view.scale + dy / scale,
    },
    scale,
  };
}

/** `dx` and `dy` are pixels that the ground moves. */
export function moved(view: View, dx: number, dy: number): View {
  const { x, y } = view.center;
  return { ...view, center: { x: x - dx / view.scale, y: y + dy / view.scale } };
}

/** `5.5/52.52/13.405`: zoom, latitude, longitude, as other maps on the web have it. */
export function writeView({ center, scale }: View): string {
  const zoom = Math.log2((scale * 2 * Math.PI) / WORLD);
  const latitude = (Math.atan(Math.sinh(center.y)) * 180) / Math.PI;
  const longitude = (center.x * 180) / Math.PI;
  return `${zoom.toFixed(2)}/${latitude.toFixed(4)}/${longitude.toFixed(4)}`;
}

/** null for what is none. */
export function readView(text: string | null): View | null {
  const [zoom, latitude, longitude] = (text ?? "").split("/").map(Number);
  if (zoom === undefined || latitude === undefined || longitude === undefined) return null;
  if (![zoom, latitude, longitude].every(Number.isFinite)) return null;
  const scale = Math.min(CLOSEST, (WORLD * 2 ** zoom) / (2 * Math.PI));
  return { center: spotOf(longitude, latitude), scale };
}
