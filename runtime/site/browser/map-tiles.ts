/** Map tiles of a server that the site's owner has configured (`{z}/{x}/{y}` in its URL). */
import type { GeoProjection } from "d3-geo";
import { svgElement } from "./svg.ts";

const TILE = 256;

/** The tiles behind a Mercator projection, at the zoom level nearest to its scale. */
export function drawTiles(
  projection: GeoProjection,
  url: string,
  width: number,
  height: number,
): SVGElement {
  const worldSize = projection.scale() * 2 * Math.PI;
  const z = Math.min(19, Math.max(0, Math.round(Math.log2(worldSize / TILE))));
  const size = worldSize / 2 ** z;
  const [left, top] = projection([-180, 85.0511287798])!;
  const group = svgElement("g", { class: "map-ground" });
  const inside = (index: number): boolean => index >= 0 && index < 2 ** z;
  for (let y = Math.floor(-top / size); top + y * size < height; y++) {
    for (let x = Math.floor(-left / size); left + x * size < width; x++) {
      if (!inside(x) || !inside(y)) continue;
      const href = url
        .replace("{z}", String(z))
        .replace("{x}", String(x))
        .replace("{y}", String(y))
        .replace("{s}", "a");
      group.append(
        svgElement("image", {
          href,
          x: left + x * size,
          y: top + y * size,
          // A hair more, so that no lines show between tiles.
          width: size + 0.5,
          height: size + 0.5,
        }),
      );
    }
  }
  return group;
}
