/** A card as SVG: 1200 × 630, the size that https://ogp.me names and networks show whole. Pure. */
import type { CardChart, CardContent } from "./card-content.ts";
import { shortened, widthOf, wrapped } from "./measure.ts";

export const WIDTH = 1200;
export const HEIGHT = 630;

/** What all cards of a site have. */
export interface CardLook {
  /** `#` and six hex digits. */
  accent: string;
  /** A `data:` URL. */
  logo: string | null;
}

/** As in the pages' style sheet, in its light scheme. */
const [INK, SOFT, PAPER] = ["#23272c", "#5a6068", "#ffffff"];
const LEFT = 72;
const RIGHT = WIDTH - 72;
const GAP = 60;
/** Where the second half begins, when there is a chart. */
const MIDDLE = 620;
const LOGO = { width: 220, height: 72 };
/** The largest size in which a title fits is taken; the last one is shortened. */
const TITLES = [
  { size: 72, lines: 1 },
  { size: 60, lines: 2 },
  { size: 46, lines: 3 },
];
const LINE = 1.16;

export function cardSvg(content: CardContent, { accent, logo }: CardLook): string {
  const { place, title, facts, description, names, chart } = content;
  const room = RIGHT - LEFT;
  const placeRoom = logo === null ? room : room - LOGO.width - GAP;
  const heading = titleLines(title, room);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${PAPER}"/>`,
    `<rect width="20" height="${HEIGHT}" fill="${accent}"/>`,
    text(LEFT, 92, shortened(place.join(" / "), 30, placeRoom), 30, SOFT),
  ];
  if (logo !== null) {
    parts.push(
      `<image x="${RIGHT - LOGO.width}" y="44" width="${LOGO.width}" height="${LOGO.height}" preserveAspectRatio="xMaxYMid meet" href="${escaped(logo)}"/>`,
    );
  }
  let y = 118;
  for (const line of heading.lines) {
    y += heading.size * LINE;
    parts.push(text(LEFT, y, line, heading.size, INK));
  }
  y += 62;
  parts.push(text(LEFT, y, shortened(facts, 36, room), 36, accent));
  y += 30;
  const half = chart === null ? room : MIDDLE - LEFT - GAP;
  parts.push(...paragraph(description, names, y, half));
  if (chart !== null) parts.push(drawnChart(chart, y, accent));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="Public Sans" font-weight="600">${parts.join("")}</svg>`;
}

function titleLines(title: string, room: number): { size: number; lines: string[] } {
  const fitting = TITLES.map(({ size, lines }) => ({
    size,
    lines: wrapped(title, size, room, lines),
  }));
  return fitting.find(({ lines }) => lines.join(" ") === title) ?? fitting.at(-1)!;
}

/** What it is about, else what it is made of. */
function paragraph(
  description: string | null,
  names: readonly string[],
  top: number,
  room: number,
): string[] {
  const size = 28;
  const most = Math.floor((HEIGHT - 40 - top) / (size * 1.35));
  const lines = wrapped(description ?? names.join(", "), size, room, Math.max(1, most));
  return lines.map((line, at) => text(LEFT, top + (at + 1) * size * 1.35, line, size, SOFT));
}

/** The room below `top`, in the second half. */
function drawnChart(chart: CardChart, top: number, accent: string): string {
  const title = text(MIDDLE, top + 38, shortened(chart.title, 26, RIGHT - MIDDLE), 26, SOFT);
  const area = { top: top + 62, bottom: HEIGHT - 52 };
  return (
    title + (chart.kind === "values" ? values(chart, area, accent) : bins(chart, area, accent))
  );
}

interface Area {
  top: number;
  bottom: number;
}

const LABEL_SIZE = 24;

function values({ bars }: CardChart, { top, bottom }: Area, accent: string): string {
  const height = Math.min(48, (bottom - top) / bars.length);
  const shown = bars.slice(0, Math.max(1, Math.floor((bottom - top) / Math.max(height, 34))));
  const most = Math.max(...shown.map(({ count }) => count));
  const counts = shown.map(({ count }) => count.toLocaleString("en-US"));
  const labelRoom = 190;
  const countRoom = Math.max(...counts.map((count) => widthOf(count, LABEL_SIZE))) + 12;
  const from = MIDDLE + labelRoom + 14;
  const longest = RIGHT - countRoom - from;
  return shown
    .map(({ label, count }, at) => {
      const y = top + at * height;
      const length = Math.max(2, (longest * count) / most);
      const base = y + height / 2 + LABEL_SIZE * 0.33;
      return [
        text(MIDDLE, base, shortened(label, LABEL_SIZE, labelRoom), LABEL_SIZE, INK),
        `<rect x="${from}" y="${short(y + height * 0.18)}" width="${short(length)}" height="${short(height * 0.64)}" fill="${accent}"/>`,
        text(from + length + 12, base, counts[at]!, LABEL_SIZE, SOFT),
      ].join("");
    })
    .join("");
}

/** The last bar is where the one before ends. */
function bins({ bars }: CardChart, { top, bottom }: Area, accent: string): string {
  const floor = bottom - 40;
  const drawn = bars.slice(0, -1);
  const most = Math.max(...drawn.map(({ count }) => count), 1);
  const width = (RIGHT - MIDDLE) / drawn.length;
  const rects = drawn.map(({ count }, at) => {
    const height = count === 0 ? 0 : Math.max(2, ((floor - top) * count) / most);
    return `<rect x="${short(MIDDLE + at * width + 1)}" y="${short(floor - height)}" width="${short(width - 2)}" height="${short(height)}" fill="${accent}"/>`;
  });
  const last = bars.at(-1)!.label;
  const axis = `<rect x="${MIDDLE}" y="${floor}" width="${RIGHT - MIDDLE}" height="2" fill="${SOFT}"/>`;
  return [
    ...rects,
    axis,
    text(MIDDLE, bottom, bars[0]!.label, LABEL_SIZE, SOFT),
    text(RIGHT, bottom, last, LABEL_SIZE, SOFT, "end"),
  ].join("");
}

function text(
  x: number,
  y: number,
  content: string,
  size: number,
  color: string,
  anchor: "start" | "end" = "start",
): string {
  const end = anchor === "end" ? ' text-anchor="end"' : "";
  return `<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${color}"${end}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function short(length: number): string {
  return String(Math.round(length * 10) / 10);
}
