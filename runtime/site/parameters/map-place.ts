/** The columns that say where a row is. */
export type Place = CoordinatesPlace | GeometryPlace;

/** Latitude and longitude in degrees (WGS 84), as numbers or as text. */
export interface CoordinatesPlace {
  latitude: string;
  longitude: string;
}

/** GeoJSON: https://www.rfc-editor.org/rfc/rfc7946 */
export interface GeometryPlace {
  geometry: string;
}
