/** GeoJSON as it is found in columns, made small enough for a map. */

/** https://www.rfc-editor.org/rfc/rfc7946#section-3.1 */
export const GEOMETRY_TYPES = [
  "Point",
  "MultiPoint",
  "LineString",
  "MultiLineString",
  "Polygon",
  "MultiPolygon",
  "GeometryCollection",
] as const;

export type Coordinates = number[] | Coordinates[];

export interface Geometry {
  type: (typeof GEOMETRY_TYPES)[number];
  coordinates?: Coordinates;
  geometries?: Geometry[];
}

/** Five decimals of a degree are a metre. */
const PRECISION = 1e5;
/** Of collections in collections. */
const DEEPEST = 4;

/**
 * The geometry of a text, or of the feature that it is: coordinates with five decimals, without those that
 * are then equal to the ones before. null where it is none.
 */
export function parseGeometry(text: string): Geometry | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { type, geometry } = asObject(value);
  return asGeometry(type === "Feature" ? geometry : value, 0);
}

function asGeometry(value: unknown, depth: number): Geometry | null {
  const { type, coordinates, geometries } = asObject(value);
  const known = GEOMETRY_TYPES.find((each) => each === type);
  if (known === undefined || depth > DEEPEST) return null;
  if (known === "GeometryCollection") {
    if (!Array.isArray(geometries)) return null;
    const parts = geometries.map((part) => asGeometry(part, depth + 1));
    return { type: known, geometries: parts.filter((part) => part !== null) };
  }
  const rounded = asCoordinates(coordinates, LEVELS[known]);
  return rounded === null ? null : { type: known, coordinates: rounded };
}

/** How many lists are around a position. */
const LEVELS: Record<Exclude<Geometry["type"], "GeometryCollection">, number> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

function asCoordinates(value: unknown, levels: number): Coordinates | null {
  if (!Array.isArray(value)) return null;
  if (levels === 0) return asPosition(value);
  const parts: Coordinates[] = [];
  for (const each of value) {
    const part = asCoordinates(each, levels - 1);
    if (part === null) return null;
    if (levels > 1 || !isSame(parts.at(-1), part)) parts.push(part);
  }
  return parts.length === 0 ? null : parts;
}

/** Longitude and latitude; a height is left out. */
function asPosition([longitude, latitude]: unknown[]): number[] | null {
  if (typeof longitude !== "number" || typeof latitude !== "number") return null;
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) return null;
  return [rounded(longitude), rounded(latitude)];
}

/** Degrees with as many decimals as a map can show. */
export function rounded(degrees: number): number {
  return Math.round(degrees * PRECISION) / PRECISION;
}

function isSame(one: Coordinates | undefined, other: Coordinates): boolean {
  return one !== undefined && one[0] === other[0] && one[1] === other[1];
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
