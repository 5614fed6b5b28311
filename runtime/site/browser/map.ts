/** The map panel: the rows shown, where they are, on a built-in outline of the world or on tiles. */
import { type GeoProjection, geoMercator } from "d3-geo";
import { coordinateColumns } from "./coordinates.ts";
import { all, element } from "./dom.ts";
import { drawLand } from "./map-land.ts";
import { drawTiles } from "./map-tiles.ts";
import { mostRows, type Row } from "./rows.ts";
import { svgElement } from "./svg.ts";

/** Where the map is drawn, in pixels. */
interface Canvas {
  projection: GeoProjection;
  width: number;
  height: number;
}

interface Point {
  longitude: number;
  latitude: number;
  title: string;
  /** Where the row is in the table below. */
  index: number;
}

export async function open(panel: HTMLElement): Promise<void> {
  const { rows, hasMore } = await mostRows();
  const points = pointsOf(rows);
  if (points.length === 0) {
    panel.append(element("p", { class: "soft" }, "None of these rows has coordinates."));
    return;
  }
  const width = Math.max(280, panel.clientWidth - 32);
  const height = Math.min(560, Math.max(320, width / 2));
  const canvas = { projection: geoMercator(), width, height };
  showAll(canvas, points);
  const svg = svgElement("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: "map",
    role: "img",
    "aria-label": `Map of ${points.length} rows`,
  });
  const draw = (): void => {
    const tileUrl = document.body.dataset.mapTiles;
    const { projection } = canvas;
    const ground = tileUrl ? drawTiles(projection, tileUrl, width, height) : drawLand(projection);
    svg.replaceChildren(ground, drawPoints(projection, points));
  };
  const shown = element("p", { class: "soft", role: "status" }, whatIsShown(points, rows, hasMore));
  panel.append(shown, svg, zoomButtons(canvas, points, draw), attribution());
  letDrag(svg, canvas, draw);
  draw();
}

/** Which rows the points are of, and of which there are none. */
function whatIsShown(points: readonly Point[], rows: readonly Row[], hasMore: boolean): string {
  const numbers = [points, rows].map(({ length }) => length.toLocaleString("en"));
  const first = new URLSearchParams(location.search).has("_next") ? "next" : "first";
  const which = hasMore ? `the ${first} ${numbers[1]} rows` : `${numbers[1]} rows`;
  const rest = hasMore ? "; there are more rows, which are not on the map" : "";
  return `${numbers[0]} of ${which} have a position${rest}.`;
}

function pointsOf(rows: readonly Row[]): Point[] {
  const columns = coordinateColumns(Object.keys(rows[0] ?? {}))!;
  return rows.flatMap((row, index) => {
    const [latitude, longitude] = [row[columns.latitude], row[columns.longitude]].map(coordinate);
    // Mercator has no poles.
    if (latitude == null || longitude == null || Math.abs(latitude) > 85) return [];
    const named = Object.entries(row).filter(([name]) => !Object.values(columns).includes(name));
    const title = named
      .slice(0, 4)
      .map(([name, value]) => `${name}: ${value ?? ""}`)
      .join("\n");
    return [{ latitude, longitude, title, index }];
  });
}

function coordinate(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** One point, or a few close together, should not fill the map with a single street. */
const CLOSEST = 20_000;

function showAll({ projection, width, height }: Canvas, points: readonly Point[]): void {
  const coordinates = points.map(({ longitude, latitude }) => [longitude, latitude]);
  const margin = 40;
  projection.fitExtent(
    [
      [margin, margin],
      [width - margin, height - margin],
    ],
    { type: "MultiPoint", coordinates },
  );
  if (projection.scale() < CLOSEST) return;
  const { longitude, latitude } = points[0]!;
  projection
    .scale(CLOSEST)
    .center([longitude, latitude])
    .translate([width / 2, height / 2]);
}

function drawPoints(projection: GeoProjection, points: readonly Point[]): SVGElement {
  const group = svgElement("g", { class: "map-points" });
  for (const { longitude, latitude, title, index } of points) {
    const [x, y] = projection([longitude, latitude])!;
    const circle = svgElement("circle", { cx: x, cy: y, r: 6 });
    const label = svgElement("title");
    label.textContent = title;
    circle.append(label);
    circle.addEventListener("click", () => showRow(index));
    group.append(circle);
  }
  return group;
}

function showRow(index: number): void {
  const rows = all(".rows-and-columns tbody tr");
  for (const row of rows) row.classList.remove("found");
  rows[index]?.classList.add("found");
  rows[index]?.scrollIntoView({ block: "center", behavior: "smooth" });
}

function zoomButtons(canvas: Canvas, points: readonly Point[], draw: () => void): HTMLElement {
  const bar = element("p", { class: "form-row" });
  const add = (label: string, text: string, act: () => void): void => {
    const button = element("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", () => {
      act();
      draw();
    });
    bar.append(button);
  };
  add("Zoom in", "+", () => zoom(canvas, 1.6));
  add("Zoom out", "−", () => zoom(canvas, 1 / 1.6));
  add("Show all points", "All", () => showAll(canvas, points));
  return bar;
}

/** About the middle of the map. */
function zoom({ projection, width, height }: Canvas, factor: number): void {
  const [x, y] = projection.translate();
  projection.scale(projection.scale() * factor);
  projection.translate([
    width / 2 + (x - width / 2) * factor,
    height / 2 + (y - height / 2) * factor,
  ]);
}

function letDrag(svg: SVGElement, { projection, width }: Canvas, draw: () => void): void {
  svg.addEventListener("pointermove", (event) => {
    if ((event.buttons & 1) === 0) return;
    // The window may have been made wider or narrower since.
    const scale = width / svg.getBoundingClientRect().width;
    const [x, y] = projection.translate();
    projection.translate([x + event.movementX * scale, y + event.movementY * scale]);
    draw();
  });
}

function attribution(): HTMLElement {
  const text = document.body.dataset.mapAttribution ?? "Outline: Natural Earth";
  return element("p", { class: "soft map-attribution" }, text);
}
