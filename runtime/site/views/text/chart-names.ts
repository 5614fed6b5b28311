/** What a chart shows, in words. */
import type { ChartSpec } from "../../../core/chart-spec.ts";
import { counted, grouped } from "./numbers.ts";

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

export interface ChartNames {
  title: string;
  x: string;
  y: string;
  /** null where there is one colour. */
  color: string | null;
}

/** Its title, and the names of its axes and of what its colours stand for. */
export function describeChart(spec: ChartSpec): ChartNames {
  const { kind, x, y, aggregate, color, unit } = spec;
  const across = kind === "line" && unit !== null && unit !== x ? `${x}, by ${unit}` : x;
  const by = color === null ? "" : `, by ${color}`;
  if (kind === "scatter") return { title: `${y} and ${x}${by}`, x, y: y ?? "", color };
  const counts = y === null || aggregate === "count";
  const known = counts ? OF_ROWS : OF_NUMBERS;
  const name = known.find(([each]) => each === aggregate)?.[1] ?? aggregate;
  const value = counts ? name : name === "share of the sum" ? `share of ${y}` : `${name} of ${y}`;
  const up = aggregate === "share" ? `${value}, %` : value;
  if (kind === "histogram")
    return { title: `How ${x} is spread`, x, y: "number of rows", color: null };
  return { title: `${capital(value)} by ${across}${by}`, x: across, y: up, color };
}

/** How much of the data is in a chart. */
export interface Coverage {
  /** null where counting took too long. */
  rows: number | null;
  /** Those that the chart is made from. */
  used: number;
  marks: number;
  /** Marks that there would be. */
  steps: number;
  /** What the groups come to that have no bar; null where all have one. */
  leftOut: number | null;
}

/** The same in a sentence or two. */
export function describeCoverage(spec: ChartSpec, of: Coverage): string {
  const sentences: string[] = [];
  const isCut = of.steps > of.marks;
  if (spec.kind === "scatter" && isCut) {
    sentences.push(`${grouped(of.marks)} points, chosen evenly, of ${grouped(of.steps)}.`);
  } else if (isCut) {
    sentences.push(`The first ${grouped(of.marks)} of ${grouped(of.steps)} points.`);
  }
  if (of.rows !== null && of.used === of.rows) sentences.push(`Of all ${counted(of.rows, "row")}.`);
  else if (of.rows !== null && (spec.kind === "scatter" || !isCut)) {
    const others = of.rows - of.used === 1 ? "the other one has" : "the others have";
    sentences.push(
      `Of ${grouped(of.used)} of ${counted(of.rows, "row")}: ${others} ${missing(spec)}.`,
    );
  }
  if (of.leftOut !== null) {
    const sum = of.leftOut.toLocaleString("en", { maximumSignificantDigits: 6 });
    sentences.push(`The largest groups: the others, which have ${sum} together, are not drawn.`);
  }
  return sentences.join(" ");
}

/** What rows lack that are not in the chart. */
function missing({ kind, x, y, aggregate, unit }: ChartSpec): string {
  const across =
    kind === "line"
      ? [`no ${unit === null ? "value" : "date"} in ${x}`]
      : kind === "bar"
        ? []
        : [`no number in ${x}`];
  const isCount = y === null || aggregate === "count" || kind === "histogram";
  const up = isCount && kind !== "scatter" ? [] : [`no number in ${y}`];
  return [...across, ...up].join(" or ") || "nothing to draw";
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
