/** What a chart shows, in words. */
import type { ChartSpec } from "../../../core/chart-spec.ts";

/** What can be made of rows, and of numbers: `_aggregate`, and what it is called. */
export const OF_ROWS: readonly (readonly [string, string])[] = [
  ["count", "number of rows"],
  ["share", "share of rows"],
];
export const OF_NUMBERS: readonly (readonly [string, string])[] = [
  ["sum", "sum"],
  ["avg", "average"],
  ["median", "median"],
  ["min", "smallest"],
  ["max", "largest"],
  ["share", "share of the sum"],
];

/** Its title, and the names of its axes. */
export function describeChart(spec: ChartSpec): { title: string; x: string; y: string } {
  const { kind, x, y, aggregate, color, unit } = spec;
  const across = kind === "line" && unit !== null && unit !== x ? `${x}, by ${unit}` : x;
  const by = color === null ? "" : `, by ${color}`;
  if (kind === "scatter") return { title: `${y} and ${x}${by}`, x, y: y ?? "" };
  const counts = y === null || aggregate === "count";
  const known = counts ? OF_ROWS : OF_NUMBERS;
  const name = known.find(([each]) => each === aggregate)?.[1] ?? aggregate;
  const value = counts ? name : name === "share of the sum" ? `share of ${y}` : `${name} of ${y}`;
  const up = aggregate === "share" ? `${value}, %` : value;
  if (kind === "histogram") return { title: `How ${x} is spread`, x, y: "number of rows" };
  return { title: `${capital(value)} by ${across}${by}`, x: across, y: up };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
