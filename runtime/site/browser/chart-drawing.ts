/** Draws a choice with Observable Plot. */
import * as Plot from "@observablehq/plot";
import { type Choice, isDate, isNumeric } from "./chart-choice.ts";
import type { Row } from "./rows.ts";

export function drawChart(rows: readonly Row[], choice: Choice, width: number): Element {
  const { x, color } = choice;
  const data = rows.map((row) => (isDate(rows, x) ? { ...row, [x]: parseDate(row[x]) } : row));
  const manyNames = !isNumeric(rows, x) && !isDate(rows, x) && distinct(rows, x) > 6;
  const marginBottom = manyNames ? 110 : 50;
  const picture = Plot.plot({
    // Plot writes a style element, which the pages' strict policy forbids: draw in a document of
    // its own and bring only the picture over.
    document: document.implementation.createHTMLDocument(),
    width: Math.max(280, width),
    height: 380,
    marginTop: 32,
    marginBottom,
    marginLeft: 60,
    marginRight: 20,
    style: { background: "transparent", fontSize: "12px" },
    x: { label: x, labelOffset: marginBottom - 10, ...(manyNames ? { tickRotate: -40 } : {}) },
    y: { grid: true, insetTop: 8, label: choice.y || "rows", nice: true },
    color: { legend: false, scheme: "observable10" },
    marks: marks(data, choice, color !== "" ? color : null),
  } as Plot.PlotOptions);
  for (const style of picture.querySelectorAll("style")) style.remove();
  return document.adoptNode(picture);
}

function marks(data: readonly Row[], { type, x, y }: Choice, color: string | null): Plot.Markish[] {
  const ink = "var(--accent)";
  const fill = color ?? ink;
  switch (type) {
    case "histogram":
      return [
        Plot.rectY(data, Plot.binX({ y: "count" }, options(x, "", { fill }))),
        Plot.ruleY([0]),
      ];
    case "bar":
      return [
        Plot.barY(data, Plot.groupX({ y: y === "" ? "count" : "sum" }, options(x, y, { fill }))),
        Plot.ruleY([0]),
      ];
    case "line":
      return y === ""
        ? [Plot.lineY(data, Plot.groupX({ y: "count" }, { x, stroke: fill }))]
        : [Plot.lineY(data, { x, y, stroke: fill, sort: x })];
    case "scatter":
      return [Plot.dot(data, options(x, y, { stroke: fill, fill, fillOpacity: 0.35, r: 3.5 }))];
  }
}

function options<T extends object>(x: string, y: string, more: T): T & { x: string; y?: string } {
  return y === "" ? { x, ...more } : { x, y, ...more };
}

function parseDate(value: unknown): Date | null {
  if (typeof value !== "string" || value === "") return null;
  // A space between date and time is SQLite's way of writing, T is the standard's.
  const time = Date.parse(value.replace(" ", "T"));
  return Number.isNaN(time) ? null : new Date(time);
}

function distinct(rows: readonly Row[], column: string): number {
  return new Set(rows.map((row) => row[column])).size;
}
