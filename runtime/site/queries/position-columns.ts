/** The columns that hold latitude and longitude, by their names; null when there are none. */
export function coordinateColumns(
  columns: readonly string[],
): { latitude: string; longitude: string } | null {
  const latitude = columns.find((name) => /^(lat|latitude)$|_lat(itude)?$/i.test(name));
  const longitude = columns.find((name) =>
    /^(lng|lon|long|longitude)$|_(lng|lon|longitude)$/i.test(name),
  );
  return latitude && longitude ? { latitude, longitude } : null;
}
