/** Charts with values from the bottom to the top: lines, points, histograms. */
import {
  type ChartPicture,
  colorOf,
  type Frame,
  hasColors,
  isDrawable,
  lineAt,
  type Mark,
  nameOf,
  px,
  shortened,
  textAt,
  titled,
} from "./drawing.ts";
import {
  extent,
  linear,
  numberText,
  numberTicks,
  rounded,
  type Scale,
  type Tick,
  timeTicks,
} from "./scales.ts";

/** Points that say what they are when they are pointed at: more would only make the page heavy. */
const MOST_TITLES = 600;

/** Where a mark is across, and the axis. */
interface Across {
  place(mark: Mark): number;
  ticks: readonly Tick[];
  scale: Scale;
}

export function planeChart(picture: ChartPicture, colors: readonly string[], frame: Frame): string {
  const marks = picture.marks.filter((mark) => hasPlace(picture, mark));
  const across = acrossOf(picture, marks, frame);
  const startsAtZero = picture.kind !== "scatter";
  const values = marks.map(({ value }) => Number(value));
  // Nobody counts half a row.
  const steps = values.every(Number.isInteger) ? Math.min(5, Math.max(1, ...values)) : 5;
  const domain = rounded(extent(startsAtZero ? [0, ...values] : values), steps);
  const up = linear(domain, [frame.bottom, frame.top]);
  const grid = numberTicks(domain, steps).map(
    ({ value, text }) =>
      lineAt(frame.left, up(value), frame.right, up(value)) +
      textAt(frame.left - 8, up(value) + 4, text, { anchor: "end" }),
  );
  const labels = across.ticks.map(({ value, text }) => {
    const x = across.scale(value);
    return (
      lineAt(x, frame.bottom, x, frame.bottom + 4, true) +
      textAt(x, frame.bottom + 18, text, { anchor: "middle" })
    );
  });
  const base = startsAtZero ? up(Math.max(domain[0], 0)) : frame.bottom;
  const ground = lineAt(frame.left, base, frame.right, base, true);
  return `${grid.join("")}${labels.join("")}${marksOf(picture, marks, colors, across, up)}${ground}`;
}

function marksOf(
  picture: ChartPicture,
  marks: readonly Mark[],
  colors: readonly string[],
  across: Across,
  up: Scale,
): string {
  if (picture.kind === "histogram") return bins(marks, across, up);
  if (picture.kind === "scatter") {
    return marks
      .map((mark) => {
        const place = `cx="${px(across.place(mark))}" cy="${px(up(Number(mark.value)))}" r="3.5"`;
        const ink = inkOf(picture, mark, colors);
        const shape = `${place} fill="${ink}" fill-opacity="0.45" stroke="${ink}"`;
        return marks.length > MOST_TITLES
          ? `<circle ${shape}/>`
          : titled("circle", shape, sentence(picture, mark));
      })
      .join("");
  }
  return lines(picture, marks, colors, across, up);
}

function bins(marks: readonly Mark[], { scale }: Across, up: Scale): string {
  return marks
    .map(({ x, x2, value }) => {
      const [left, right] = [scale(Number(x)), scale(Number(x2))];
      const top = up(Number(value));
      const size = `x="${px(left + 0.5)}" y="${px(top)}" width="${px(Math.max(0.5, right - left - 1))}" height="${px(up(0) - top)}"`;
      const range = `${numberText(Number(x))} to ${numberText(Number(x2))}`;
      return titled(
        "rect",
        `${size} fill="var(--series-1)"`,
        `${range}: ${numberText(Number(value))}`,
      );
    })
    .join("");
}

function lines(
  picture: ChartPicture,
  marks: readonly Mark[],
  colors: readonly string[],
  across: Across,
  up: Scale,
): string {
  const names = hasColors(picture) ? colors : [""];
  const drawn = names.map((name) => {
    const own = hasColors(picture) ? marks.filter(({ color }) => nameOf(color) === name) : marks;
    const points = own.map((mark) => `${px(across.place(mark))} ${px(up(Number(mark.value)))}`);
    const ink = own[0] === undefined ? "none" : inkOf(picture, own[0], colors);
    return `<path d="M${points.join("L")}" fill="none" stroke="${ink}" stroke-width="2" stroke-linejoin="round"/>`;
  });
  if (marks.length > MOST_TITLES) return drawn.join("");
  const radius = marks.length > 120 ? 1.5 : 3;
  const dots = marks.map((mark) => {
    const place = `cx="${px(across.place(mark))}" cy="${px(up(Number(mark.value)))}" r="${radius}"`;
    const ink = inkOf(picture, mark, colors);
    return titled("circle", `${place} fill="${ink}"`, sentence(picture, mark));
  });
  return drawn.join("") + dots.join("");
}

function inkOf(picture: ChartPicture, mark: Mark, colors: readonly string[]): string {
  if (!hasColors(picture)) return "var(--series-1)";
  const name = nameOf(mark.color);
  return colorOf(name, colors.indexOf(name));
}

function sentence(picture: ChartPicture, { x, color, value }: Mark): string {
  const place = typeof x === "number" ? numberText(x) : nameOf(x);
  return `${hasColors(picture) ? `${place}, ${nameOf(color)}` : place}: ${numberText(Number(value))}`;
}

function acrossOf(picture: ChartPicture, marks: readonly Mark[], frame: Frame): Across {
  const to = [frame.left, frame.right] as const;
  const count = Math.max(4, Math.floor((frame.right - frame.left) / 90));
  if (picture.kind === "line" && marks.length > 0 && marks.every(({ x }) => isDay(x))) {
    const time = (mark: Mark) => Date.parse(String(mark.x));
    const domain = extent(marks.map(time));
    const scale = linear(domain, to);
    return { place: (mark) => scale(time(mark)), ticks: timeTicks(domain, count), scale };
  }
  if (picture.kind !== "line" || marks.every(({ x }) => isNumber(x))) {
    const ends = marks.flatMap(({ x, x2 }) =>
      x2 === undefined || x2 === null ? [Number(x)] : [Number(x), Number(x2)],
    );
    const domain = picture.kind === "histogram" ? extent(ends) : rounded(extent(ends), count);
    const scale = linear(domain, to);
    return { place: (mark) => scale(Number(mark.x)), ticks: numberTicks(domain, count), scale };
  }
  const names = [...new Set(marks.map(({ x }) => nameOf(x)))];
  const places = new Map(names.map((name, at) => [name, at]));
  const scale = linear([0, Math.max(1, names.length - 1)], to);
  const every = Math.ceil(names.length / count);
  return {
    place: (mark) => scale(places.get(nameOf(mark.x))!),
    ticks: names
      .map((name, value) => ({ value, text: shortened(name, 14) }))
      .filter(({ value }) => value % every === 0),
    scale,
  };
}

function hasPlace({ kind }: ChartPicture, { x, x2, value }: Mark): boolean {
  if (x === null || !isDrawable(value)) return false;
  return (kind === "line" && !isNumber(x)) || [x, x2 ?? 0].every(isDrawable);
}

function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  return !Number.isNaN(Date.parse(value));
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}
