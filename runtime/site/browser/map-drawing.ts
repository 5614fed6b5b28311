/** Draws a map as SVG: ground, shapes, and a marker for each cluster of points. */
import { type GeoProjection, geoMercator, geoPath } from "d3-geo";
import { type Cluster, clustersOf, isOnePlace, shortCount } from "./map-clusters.ts";
import type { Point, Shape } from "./map-data.ts";
import { drawLand } from "./map-land.ts";
import { drawTiles } from "./map-tiles.ts";
import type { Size, View } from "./map-view.ts";
import { svgElement } from "./svg.ts";

export interface Drawn {
  spots: readonly Point[];
  shapes: readonly Shape[];
  /** Numbers of the rows whose cards are shown. */
  chosen: readonly number[];
  choose(numbers: readonly number[], hasFocus: boolean): void;
  /** Goes closer, until these points are apart. */
  part(points: readonly Point[]): void;
}

export function drawMap(view: View, size: Size, drawn: Drawn): SVGElement[] {
  const projection = projectionOf(view, size);
  const tiles = document.body.dataset.mapTiles;
  const ground = tiles
    ? drawTiles(projection, tiles, size.width, size.height)
    : drawLand(projection);
  return [ground, drawShapes(projection, drawn), drawMarkers(view, size, drawn)];
}

function projectionOf({ center, scale }: View, { width, height }: Size): GeoProjection {
  return geoMercator()
    .scale(scale)
    .translate([width / 2 - center.x * scale, height / 2 + center.y * scale]);
}

function drawShapes(projection: GeoProjection, { shapes, chosen, choose }: Drawn): SVGElement {
  const path = geoPath(projection).pointRadius(6);
  const group = svgElement("g", { class: "map-shapes" });
  for (const { geometry, at } of shapes) {
    // d3 takes a ring the other way round for all of the world but what is in it: RFC 7946 and data differ.
    const shape = svgElement("path", { d: path(wound(geometry) as never) ?? "" });
    if (geometry.type.endsWith("LineString")) shape.classList.add("line");
    if (chosen.includes(at)) shape.classList.add("chosen");
    asButton(shape, "Row with a shape", (hasFocus) => choose([at], hasFocus));
    group.append(shape);
  }
  roving(group);
  return group;
}

function drawMarkers(view: View, size: Size, drawn: Drawn): SVGElement {
  const group = svgElement("g", { class: "map-points" });
  for (const cluster of clustersOf(drawn.spots, view, size)) {
    group.append(markerOf(cluster, drawn));
  }
  roving(group);
  return group;
}

function markerOf(cluster: Cluster, { spots, chosen, choose, part }: Drawn): SVGElement {
  const points = cluster.points.map((at) => spots[at]!);
  const count = points.length;
  const marker = svgElement("g", {
    class: count === 1 ? "map-marker" : "map-marker cluster",
    transform: `translate(${cluster.x.toFixed(1)} ${cluster.y.toFixed(1)})`,
  });
  const radius = count === 1 ? 7 : Math.min(22, 10 + 1.6 * Math.log2(count));
  marker.append(svgElement("circle", { r: radius }));
  if (count > 1) {
    const text = svgElement("text", { "text-anchor": "middle", dy: "0.35em" });
    text.textContent = shortCount(count);
    marker.append(text);
  }
  if (points.some(({ at }) => chosen.includes(at))) marker.classList.add("chosen");
  const isPlace = isOnePlace(spots, cluster);
  const rows = count === 1 ? "Row" : `${count.toLocaleString("en")} rows`;
  asButton(marker, isPlace ? rows : `${rows}: go closer`, (hasFocus) => {
    if (isPlace)
      choose(
        points.map(({ at }) => at),
        hasFocus,
      );
    else part(points);
  });
  return marker;
}

function asButton(target: SVGElement, label: string, act: (hasFocus: boolean) => void): void {
  target.setAttribute("role", "button");
  target.setAttribute("aria-label", label);
  target.setAttribute("tabindex", "-1");
  target.addEventListener("click", () => act(false));
  target.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act(true);
  });
}

/** One stop for the Tab key; arrow keys go on from there. */
function roving(group: SVGElement): void {
  group.firstElementChild?.setAttribute("tabindex", "0");
  group.addEventListener("keydown", (event) => {
    const now = event.target as SVGElement;
    const isNext = event.key === "ArrowRight" || event.key === "ArrowDown";
    const isBefore = event.key === "ArrowLeft" || event.key === "ArrowUp";
    const next = isNext ? now.nextElementSibling : isBefore ? now.previousElementSibling : null;
    if (isNext || isBefore) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (!(next instanceof SVGElement)) return;
    now.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
  });
}

type Ring = number[][];

/** Polygons with their outer rings clockwise, as d3 wants them. */
function wound(geometry: Shape["geometry"]): unknown {
  const { type, coordinates, geometries } = geometry;
  if (type === "GeometryCollection") return { type, geometries: geometries?.map(wound) };
  if (type === "Polygon") return { type, coordinates: windRings(coordinates as Ring[]) };
  if (type === "MultiPolygon") {
    return { type, coordinates: (coordinates as Ring[][]).map(windRings) };
  }
  return geometry;
}

function windRings(rings: Ring[]): Ring[] {
  return rings.map((ring, at) => (isClockwise(ring) === (at === 0) ? ring : [...ring].reverse()));
}

function isClockwise(ring: Ring): boolean {
  let area = 0;
  ring.forEach(([x = 0, y = 0], at) => {
    const [nextX = 0, nextY = 0] = ring[(at + 1) % ring.length]!;
    area += (nextX - x) * (nextY + y);
  });
  return area > 0;
}
