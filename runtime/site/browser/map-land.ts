/** The built-in ground of the map: coasts and borders from Natural Earth (public domain). */
import { type GeoProjection, geoGraticule10, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import world from "world-atlas/countries-110m.json" with { type: "json" };
import { svgElement } from "./svg.ts";

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

const topology = world as unknown as World;
const land = feature(topology, topology.objects.land);
const borders = mesh(topology, topology.objects.countries, (a, b) => a !== b);

export function drawLand(projection: GeoProjection): SVGElement {
  const path = geoPath(projection);
  const group = svgElement("g", { class: "map-ground" });
  for (const [cssClass, shape] of [
    ["map-grid", geoGraticule10()],
    ["map-land", land],
    ["map-borders", borders],
  ] as const) {
    group.append(svgElement("path", { class: cssClass, d: path(shape) ?? "" }));
  }
  return group;
}
