/**
 * A chart as an SVG element: the same on pages that the server draws, in the panel of the pages' script,
 * and in pictures that are saved. Colours are variables of style/tokens.css.
 */
import { escapeHtml } from "../fast-text/escape.ts";
import { barChart } from "./bar-chart.ts";
import { type ChartPicture, colorOf, hasColors, nameOf, px, shortened, textAt } from "./drawing.ts";
import { planeChart } from "./plane-chart.ts";

const LEGEND_ROW = 20;
const FOOT = 22;
/** Of the lines, points and bins, without what is above and below. */
const PLANE_HEIGHT = 230;

export function chartSvg(picture: ChartPicture): string {
  const { width, title, names, source } = picture;
  const colors = hasColors(picture) ? colorNames(picture) : [];
  const legend = legendRows(names.color ?? "", colors, width);
  const head = title === "" ? 6 : 30;
  const top = head + legend.length * LEGEND_ROW;
  const foot = source === "" ? 4 : FOOT;
  let body: string;
  let bottom: number;
  if (picture.kind === "bar") {
    const bars = barChart(picture, colors, top + 40);
    body = bars.markup;
    bottom = bars.bottom + 8;
  } else {
    const frame = { left: 52, right: width - 16, top: top + 28, bottom: top + 28 + PLANE_HEIGHT };
    const middle = (frame.left + frame.right) / 2;
    body =
      planeChart(picture, colors, frame) +
      textAt(middle, frame.bottom + 38, names.x, { cssClass: "chart-axis", anchor: "middle" });
    bottom = frame.bottom + 46;
  }
  const height = Math.round(bottom + foot);
  const label = title === "" ? `${names.y} by ${names.x}` : title;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${height}" width="${px(width)}" height="${height}" role="img" aria-label="${escapeHtml(label)}" font-size="12" fill="currentColor">${
    title === "" ? "" : textAt(0, 16, title, { cssClass: "chart-title" })
  }${legend.map((row, at) => legendOf(row, head + at * LEGEND_ROW)).join("")}${textAt(
    0,
    top + 14,
    names.y,
    {
      cssClass: "chart-axis",
    },
  )}${body}${source === "" ? "" : textAt(0, height - 6, source, { cssClass: "chart-source" })}</svg>`;
}

function colorNames({ marks }: ChartPicture): string[] {
  return [...new Set(marks.map(({ color }) => nameOf(color)))];
}

interface LegendItem {
  x: number;
  name: string;
  /** null: it is what the colours stand for. */
  color: string | null;
}

/** What the colours stand for, then their names, as many in a row as fit. */
function legendRows(heading: string, colors: readonly string[], width: number): LegendItem[][] {
  if (colors.length === 0) return [];
  const rows: LegendItem[][] = [[]];
  let x = 0;
  const add = (name: string, color: string | null): void => {
    const label = shortened(name, 24);
    const space = (color === null ? 14 : 30) + label.length * 6.6;
    if (x > 0 && x + space > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ x, name: label, color });
    x += space;
  };
  add(heading, null);
  for (const [at, name] of colors.entries()) add(name, colorOf(name, at));
  return rows;
}

function legendOf(row: readonly LegendItem[], y: number): string {
  return row
    .map(({ x, name, color }) =>
      color === null
        ? textAt(x, y + 10, name, { cssClass: "chart-axis" })
        : `<rect x="${px(x)}" y="${px(y)}" width="12" height="12" rx="2" fill="${color}"/>${textAt(x + 18, y + 10, name, { cssClass: "chart-legend" })}`,
    )
    .join("");
}
