/** Points that are too close to be told apart are one. Pure. */
import { type Size, type Spot, toPixels, type View } from "./map-view.ts";

export interface Cluster {
  /** Pixels. */
  x: number;
  y: number;
  /** Numbers of the points. */
  points: number[];
}

/** Pixels: what is in one square of this size is one cluster. */
const CELL = 44;
/** Pixels: markers that are closer than this cover each other's numbers. */
const NEAR = 36;
/** Pixels outside of the map that are still drawn. */
const MARGIN = 24;

/** What is in sight, in the order of the points. Squares stay where they are when the map is moved. */
export function clustersOf(spots: readonly Spot[], view: View, size: Size): Cluster[] {
  const cells = new Map<string, Cluster>();
  spots.forEach((spot, at) => {
    const { x, y } = toPixels(view, size, spot);
    if (x < -MARGIN || y < -MARGIN || x > size.width + MARGIN || y > size.height + MARGIN) return;
    const key = `${Math.floor((spot.x * view.scale) / CELL)} ${Math.floor((spot.y * view.scale) / CELL)}`;
    const cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, { x, y, points: [at] });
      return;
    }
    // The mean of all its points.
    const count = cell.points.push(at);
    cell.x += (x - cell.x) / count;
    cell.y += (y - cell.y) / count;
  });
  return apart([...cells.values()]).sort((one, other) => one.points[0]! - other.points[0]!);
}

/** The largest clusters take in those that would cover them: the number on each can be read. */
function apart(clusters: readonly Cluster[]): Cluster[] {
  const kept: Cluster[] = [];
  for (const cluster of clusters.toSorted((a, b) => b.points.length - a.points.length)) {
    const near = kept.find(({ x, y }) => Math.hypot(x - cluster.x, y - cluster.y) < NEAR);
    if (near === undefined) kept.push({ ...cluster });
    else near.points = [...near.points, ...cluster.points].sort((a, b) => a - b);
  }
  return kept;
}

/** Whether all points of a cluster are in one place, so that going closer does not part them. */
export function isOnePlace(spots: readonly Spot[], { points }: Cluster): boolean {
  const [first, ...others] = points.map((at) => spots[at]!);
  return others.every(({ x, y }) => x === first?.x && y === first.y);
}

/** `1,234` where there is room, `12k` where there is not. */
export function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${Math.floor(count / 1000)}k`;
}
