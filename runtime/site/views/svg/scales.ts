/** From values to places on a drawing, and the round values that axes name. */

export type Scale = (value: number) => number;

export interface Tick {
  value: number;
  text: string;
}

const MS_PER_DAY = 86_400_000;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

/** The smallest and the largest; 0 and 1 where there is none, and more than a point where all are the same. */
export function extent(values: Iterable<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return low === high
    ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2]
    : [low, high];
}

/** About `count` round numbers, 1, 2 or 5 times a power of ten apart. */
export function numberTicks([low, high]: readonly [number, number], count: number): Tick[] {
  const step = roundStep((high - low) / count);
  const ticks: Tick[] = [];
  const first = Math.ceil(low / step);
  // Between numbers that differ in their last digit only, there is no step that leads on.
  for (let at = 0; (first + at) * step <= high && at <= 4 * count; at++) {
    const value = Number(((first + at) * step).toPrecision(12));
    ticks.push({ value, text: numberText(value) });
  }
  return ticks;
}

/** `domain` made larger, so that it ends at ticks. */
export function rounded([low, high]: readonly [number, number], count: number): [number, number] {
  const step = roundStep((high - low) / count);
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

function roundStep(least: number): number {
  // Below that numbers lose their digits.
  const power = 10 ** Math.max(-300, Math.floor(Math.log10(least)));
  const rest = least / power;
  return power * (rest >= 7.07 ? 10 : rest >= 3.16 ? 5 : rest >= 1.41 ? 2 : 1);
}

/** About `count` first days of years, quarters, months or weeks, or days; times are milliseconds in UTC. */
export function timeTicks(domain: readonly [number, number], count: number): Tick[] {
  const days = (domain[1] - domain[0]) / MS_PER_DAY / count;
  if (days > 250) return yearTicks(domain, Math.max(1, roundStep(days / 365.25)));
  if (days > 20) return monthTicks(domain, days > 120 ? 6 : days > 60 ? 3 : days > 40 ? 2 : 1);
  const step = [1, 2, 7, 14].find((each) => each >= days) ?? 14;
  const ticks: Tick[] = [];
  const first = Math.ceil(domain[0] / MS_PER_DAY / step) * step;
  for (let day = first; day * MS_PER_DAY <= domain[1]; day += step) {
    ticks.push({ value: day * MS_PER_DAY, text: dateText(day * MS_PER_DAY, "day") });
  }
  return ticks;
}

function yearTicks(domain: readonly [number, number], step: number): Tick[] {
  const ticks: Tick[] = [];
  const first = Math.ceil(new Date(domain[0] - 1).getUTCFullYear() / step) * step;
  for (let year = first; Date.UTC(year, 0) <= domain[1]; year += step) {
    if (Date.UTC(year, 0) >= domain[0])
      ticks.push({ value: Date.UTC(year, 0), text: String(year) });
  }
  return ticks;
}

function monthTicks(domain: readonly [number, number], step: number): Tick[] {
  const ticks: Tick[] = [];
  const start = new Date(domain[0]);
  let month = Math.floor(start.getUTCMonth() / step) * step;
  for (; Date.UTC(start.getUTCFullYear(), month) <= domain[1]; month += step) {
    const value = Date.UTC(start.getUTCFullYear(), month);
    if (value >= domain[0]) ticks.push({ value, text: dateText(value, "month") });
  }
  return ticks;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `2024` in January, `Mar 2024` otherwise; days as `3 Mar`. */
export function dateText(time: number, step: "day" | "month"): string {
  const date = new Date(time);
  const month = MONTHS[date.getUTCMonth()];
  if (step === "day") return `${date.getUTCDate()} ${month}`;
  return date.getUTCMonth() === 0
    ? String(date.getUTCFullYear())
    : `${month} ${date.getUTCFullYear()}`;
}

/** With thousands apart, millions as `1.2M`, and no more digits than are read. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15) {
    return value.toLocaleString("en", { notation: "scientific", maximumSignificantDigits: 4 });
  }
  if (size >= 1e6) {
    return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 4 });
  }
  return value.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 6 : 4 });
}
