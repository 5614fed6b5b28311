/** Features of GeoJSON as rows: RFC 7946. */

interface Feature {
  type: "Feature";
  id?: unknown;
  properties?: Record<string, unknown> | null;
  geometry?: { type?: unknown; coordinates?: unknown } | null;
}

export function isFeature(value: unknown): value is Feature {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    value.type === "Feature" &&
    "geometry" in value
  );
}

/**
 * Its properties as columns, `latitude` and `longitude` of a point (so that the map shows it), and
 * `geometry` as GeoJSON. A property of such a name stays what it is.
 */
export function featureRow({ id, properties, geometry }: Feature): [string, unknown][] {
  const row = new Map<string, unknown>();
  if (id !== undefined) row.set("id", id);
  for (const [name, value] of Object.entries(properties ?? {})) row.set(name, value);
  const { type, coordinates } = geometry ?? {};
  if (type === "Point" && Array.isArray(coordinates)) {
    const [longitude, latitude] = coordinates;
    if (!row.has("latitude")) row.set("latitude", latitude);
    if (!row.has("longitude")) row.set("longitude", longitude);
  }
  if (!row.has("geometry")) row.set("geometry", geometry);
  return [...row];
}
