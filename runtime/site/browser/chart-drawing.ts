/** Draws what the server has computed, with Observable Plot. */
import * as Plot from "@observablehq/plot";
import { type Choice, describeChoice } from "./chart-choice.ts";
import { svgElement } from "./svg.ts";

export interface Mark {
  x: unknown;
  x2?: unknown;
  is_other?: boolean;
  color?: unknown;
  value: number | null;
}

interface Drawn {
  x: unknown;
  x2: unknown;
  color: string;
  value: number | null;
  title: string;
}

/** Colours for series: style/tokens.css. */
const SERIES = 8;
const OTHERS = "(others)";
const ROW = 24;
const HEAD = 34;
const FOOT = 22;
const LEGEND_ROW = 20;

/** A bar of all others that is so much longer than the longest would leave nothing to see of these. */
const FAR_LONGER = 3;

/** What the groups that have no bar of their own come to; null where a bar of theirs is drawn, too. */
export function leftOut(marks: readonly Mark[], { chart }: Choice): number | null {
  if (chart !== "bar") return null;
  const lengths = new Map<unknown, number>();
  let others = 0;
  for (const { x, is_other: isOther, value } of marks) {
    if (isOther) others += value ?? 0;
    else lengths.set(x, (lengths.get(x) ?? 0) + (value ?? 0));
  }
  return others > FAR_LONGER * Math.max(0, ...lengths.values()) ? others : null;
}

/** @param source where the data is from, as it is written below the chart */
export function drawChart(
  marks: readonly Mark[],
  choice: Choice,
  source: string,
  width: number,
): SVGSVGElement {
  const names = describeChoice(choice);
  const isTime = choice.chart === "line" && marks.every(({ x }) => isDay(x));
  const isLeftOut = leftOut(marks, choice) !== null;
  const shown = marks.filter((mark) => !(isLeftOut && mark.is_other));
  const data = shown.map((mark): Drawn => drawnOf(mark, choice, isTime));
  const colors = choice.color === "" ? [] : [...new Set(data.map(({ color }) => color))];
  const isTall = choice.chart === "bar";
  // Colours lie in the same order in all bars.
  data.sort((a, b) => colors.indexOf(a.color) - colors.indexOf(b.color));
  const groups = isTall ? longestFirst(data) : [];
  const legend = legendRows(colors, width);
  const top = HEAD + legend.length * LEGEND_ROW + (isTall ? 44 : 28);
  const height = isTall ? top + groups.length * ROW + 30 + FOOT : 380 + legend.length * LEGEND_ROW;
  const longest = Math.max(0, ...groups.map((name) => name.length));
  const picture = Plot.plot({
    // Plot writes a style element, which the pages' strict policy forbids: draw in a document of
    // its own and bring only the picture over.
    document: document.implementation.createHTMLDocument(),
    width: Math.max(280, width),
    height,
    marginTop: top,
    marginBottom: (isTall ? 24 : 46) + FOOT,
    marginLeft: isTall ? Math.min(180, width * 0.4, 24 + longest * 6.5) : 64,
    marginRight: 24,
    style: { background: "transparent", fontSize: "12px" },
    x: isTall
      ? { label: null, axis: "top", grid: true, nice: true, tickFormat: tickText }
      : { label: names.x, labelAnchor: "center", labelArrow: false, labelOffset: 38 },
    y: isTall
      ? { label: null, domain: groups, tickFormat: (name: string) => shortened(name, 26) }
      : { label: null, grid: true, nice: true, tickFormat: tickText },
    color: { domain: colors, range: colors.map(colorAt) },
    marks: marksOf(data, choice),
  } as Plot.PlotOptions);
  for (const style of picture.querySelectorAll("style")) style.remove();
  const svg = document.adoptNode(picture) as SVGSVGElement;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", names.title);
  svg.append(textAt(0, top - (isTall ? 30 : 14), names.y, "chart-axis"));
  svg.append(
    textAt(0, 16, names.title, "chart-title"),
    ...legendOf(legend),
    footOf(source, height),
  );
  return svg;
}

/** The groups by the length of their bars; all others come last. */
function longestFirst(data: readonly Drawn[]): string[] {
  const lengths = new Map<string, number>();
  for (const { x, value } of data) {
    lengths.set(String(x), (lengths.get(String(x)) ?? 0) + (value ?? 0));
  }
  const rank = (name: string) => (name === OTHERS ? -Infinity : lengths.get(name)!);
  return [...lengths.keys()].sort((a, b) => rank(b) - rank(a));
}

function drawnOf(mark: Mark, choice: Choice, isTime: boolean): Drawn {
  const x = mark.is_other
    ? OTHERS
    : choice.chart === "bar" || choice.chart === "line"
      ? nameOf(mark.x)
      : mark.x;
  const color = nameOf(mark.color ?? null);
  const range =
    choice.chart === "histogram" ? `${numberText(mark.x)} to ${numberText(mark.x2)}` : String(x);
  const what = choice.color === "" ? range : `${range}, ${color}`;
  return {
    x: isTime ? new Date(`${String(mark.x)}T00:00:00Z`) : choice.chart === "line" ? mark.x : x,
    x2: mark.x2,
    color,
    value: mark.value,
    title: `${what}: ${numberText(mark.value)}`,
  };
}

function marksOf(data: readonly Drawn[], { chart, color }: Choice): Plot.Markish[] {
  const ink = color === "" ? "var(--accent)" : "color";
  switch (chart) {
    case "bar":
      return [
        Plot.barX(data, { x: "value", y: "x", fill: ink, title: "title", inset: 1 }),
        Plot.ruleX([0]),
      ];
    case "line":
      return [
        Plot.lineY(data, { x: "x", y: "value", stroke: ink, strokeWidth: 2 }),
        Plot.dot(data, {
          x: "x",
          y: "value",
          fill: ink,
          r: data.length > 200 ? 1 : 3,
          title: "title",
        }),
        Plot.ruleY([0]),
      ];
    case "histogram":
      return [
        Plot.rectY(data, { x1: "x", x2: "x2", y: "value", fill: ink, title: "title", inset: 0.5 }),
        Plot.ruleY([0]),
      ];
    default:
      return [
        Plot.dot(data, {
          x: "x",
          y: "value",
          stroke: ink,
          fill: ink,
          fillOpacity: 0.35,
          r: 3.5,
          title: "title",
        }),
      ];
  }
}

function isDay(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "(null)";
  return value === ""
    ? "(empty)"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

function numberText(value: unknown): string {
  return typeof value === "number"
    ? value.toLocaleString("en", { maximumSignificantDigits: 6 })
    : String(value);
}

function tickText(value: unknown): string {
  if (typeof value !== "number") return String(value);
  return value.toLocaleString("en", { notation: Math.abs(value) >= 1e6 ? "compact" : "standard" });
}

function colorAt(name: string, at: number): string {
  return name === OTHERS || name === "(null)"
    ? "var(--series-other)"
    : `var(--series-${(at % SERIES) + 1})`;
}

interface LegendItem {
  x: number;
  name: string;
  color: string;
}

/** As many names in a row as fit. */
function legendRows(colors: readonly string[], width: number): LegendItem[][] {
  const rows: LegendItem[][] = [];
  let x = width;
  for (const [at, name] of colors.entries()) {
    const label = shortened(name, 24);
    const space = 30 + label.length * 7;
    if (x + space > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ x, name: label, color: colorAt(name, at) });
    x += space;
  }
  return rows;
}

function legendOf(rows: readonly LegendItem[][]): SVGElement[] {
  return rows.flatMap((row, at) =>
    row.flatMap(({ x, name, color }) => {
      const y = HEAD + at * LEGEND_ROW;
      const square = svgElement("rect", { x, y: y - 4, width: 12, height: 12, fill: color });
      return [square, textAt(x + 18, y + 6, name, "chart-legend")];
    }),
  );
}

function footOf(source: string, height: number): SVGElement {
  return textAt(0, height - 6, source, "chart-source");
}

function textAt(x: number, y: number, text: string, cssClass: string): SVGElement {
  const title = cssClass === "chart-title";
  const made = svgElement("text", {
    x,
    y,
    class: cssClass,
    fill: "currentColor",
    "text-anchor": "start",
    "font-size": title ? 15 : 12,
    "font-weight": title ? 600 : 400,
  });
  made.textContent = text;
  return made;
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
