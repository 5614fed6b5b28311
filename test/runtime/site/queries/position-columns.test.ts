import { expect, test } from "vitest";
import { coordinateColumns } from "../../../../runtime/site/queries/position-columns.ts";

test.each([
  [["id", "latitude", "longitude"], { latitude: "latitude", longitude: "longitude" }],
  [["Lat", "Lng"], { latitude: "Lat", longitude: "Lng" }],
  [["home_lat", "home_lon"], { latitude: "home_lat", longitude: "home_lon" }],
  [["plat", "belong"], null],
  [["lat"], null],
])("coordinates in %j are %j", (columns, expected) => {
  expect(coordinateColumns(columns)).toEqual(expected);
});
