/** Horizontal bars, one for each group, with a part for each colour. */
import {
  type ChartPicture,
  colorOf,
  type Frame,
  hasColors,
  isDrawable,
  lineAt,
  type Mark,
  nameOf,
  OTHERS,
  px,
  shortened,
  textAt,
  titled,
} from "./drawing.ts";
import { extent, linear, numberText, numberTicks, rounded } from "./scales.ts";

const ROW = 24;
/** A bar of all others that is so much longer than the longest would leave nothing to see of these. */
const FAR_LONGER = 3;
/** Pixels of a letter, on average. */
const LETTER = 6.3;

/** What the groups that have no bar of their own come to; null where a bar of theirs is drawn, too. */
export function leftOut(marks: readonly Mark[]): number | null {
  const lengths = new Map<unknown, number>();
  let others = 0;
  for (const { x, is_other: isOther, value } of marks) {
    if (isOther) others += Number(value ?? 0);
    else lengths.set(x, (lengths.get(x) ?? 0) + Number(value ?? 0));
  }
  return others > FAR_LONGER * Math.max(0, ...lengths.values()) ? others : null;
}

interface Bar {
  group: string;
  color: string;
  value: number;
}

/** The bars below `top`, and where the picture ends. */
export function barChart(
  picture: ChartPicture,
  colors: readonly string[],
  top: number,
): { markup: string; bottom: number } {
  const isLeftOut = leftOut(picture.marks) !== null;
  const bars = picture.marks
    .filter((mark) => !(isLeftOut && mark.is_other) && isDrawable(mark.value ?? 0))
    .map(
      (mark): Bar => ({
        group: mark.is_other ? OTHERS : nameOf(mark.x),
        color: hasColors(picture) ? nameOf(mark.color) : "",
        value: Number(mark.value ?? 0),
      }),
    )
    // Colours lie in the same order in all bars.
    .sort((a, b) => colors.indexOf(a.color) - colors.indexOf(b.color));
  const groups = longestFirst(bars);
  const longest = Math.max(0, ...groups.map((name) => Math.min(26, name.length)));
  const frame: Frame = {
    left: Math.min(picture.width * 0.42, 12 + longest * LETTER),
    right: picture.width - 56,
    top,
    bottom: top + groups.length * ROW,
  };
  const domain = rounded(extent([0, ...ends(bars)]), 4);
  const x = linear(domain, [frame.left, frame.right]);
  const ticks = numberTicks(domain, Math.max(2, Math.floor((frame.right - frame.left) / 90)));
  const grid = ticks.map(
    ({ value, text }) =>
      lineAt(x(value), frame.top, x(value), frame.bottom) +
      textAt(x(value), frame.top - 6, text, { anchor: "middle" }),
  );
  const rows = groups.map((group, at) => {
    const y = frame.top + at * ROW;
    const own = bars.filter((bar) => bar.group === group);
    const name = shortened(group, Math.floor(frame.left / LETTER));
    return (
      textAt(frame.left - 8, y + 16, name, { anchor: "end" }) + parts(own, colors, x, y, picture)
    );
  });
  const zero = lineAt(x(0), frame.top, x(0), frame.bottom, true);
  return { markup: grid.join("") + rows.join("") + zero, bottom: frame.bottom };
}

/** One after the other, those below zero to the left; behind a single one its value. */
function parts(
  bars: readonly Bar[],
  colors: readonly string[],
  x: (value: number) => number,
  y: number,
  picture: ChartPicture,
): string {
  const isColored = hasColors(picture);
  let [below, above] = [0, 0];
  let markup = "";
  for (const { group, color, value } of bars) {
    const from = value < 0 ? below : above;
    const [left, right] = [x(Math.min(from, from + value)), x(Math.max(from, from + value))];
    if (value < 0) below += value;
    else above += value;
    const ink = isColored ? colorOf(color, colors.indexOf(color)) : "var(--series-1)";
    const size = `x="${px(left)}" y="${px(y + 3)}" width="${px(Math.max(0.5, right - left))}" height="${ROW - 6}"`;
    const what = isColored ? `${group}, ${color}` : group;
    markup += titled("rect", `${size} fill="${ink}"`, `${what}: ${numberText(value)}`);
  }
  return (
    markup + textAt(x(above) + 5, y + 16, numberText(above + below), { cssClass: "chart-value" })
  );
}

function* ends(bars: readonly Bar[]): Iterable<number> {
  const sums = new Map<string, [number, number]>();
  for (const { group, value } of bars) {
    const [below, above] = sums.get(group) ?? [0, 0];
    sums.set(group, value < 0 ? [below + value, above] : [below, above + value]);
  }
  for (const sum of sums.values()) yield* sum;
}

/** The groups by the length of their bars; all others come last. */
function longestFirst(bars: readonly Bar[]): string[] {
  const lengths = new Map<string, number>();
  for (const { group, value } of bars) lengths.set(group, (lengths.get(group) ?? 0) + value);
  const rank = (name: string) => (name === OTHERS ? -Infinity : lengths.get(name)!);
  return [...lengths.keys()].sort((a, b) => rank(b) - rank(a));
}
