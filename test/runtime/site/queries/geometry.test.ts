import { expect, test } from "vitest";
import { parseGeometry } from "../../../../runtime/site/queries/geometry.ts";

test.each<[string, unknown]>([
  [
    '{"type": "Point", "coordinates": [13.4050001, 52.52, 34]}',
    { type: "Point", coordinates: [13.405, 52.52] },
  ],
  [
    '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, 2], [1.000001, 2], [3, 4]]}}',
    {
      type: "LineString",
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}, 7]}',
    { type: "GeometryCollection", geometries: [{ type: "Point", coordinates: [1, 2] }] },
  ],
  ['{"type": "Polygon", "coordinates": [[[0, 0], [0, "1"]]]}', null],
  ['{"type": "Point", "coordinates": [200, 0]}', null],
  ['{"type": "Point", "coordinates": [[1, 2]]}', null],
  [`{"type": "Point", "coordinates": ${"[".repeat(500)}${"]".repeat(500)}}`, null],
  ['{"type": "Feature", "geometry": null}', null],
  ['{"type": "Polygon"', null],
  ["7", null],
])("%s is %j", (text, expected) => {
  expect(parseGeometry(text)).toEqual(expected);
});
