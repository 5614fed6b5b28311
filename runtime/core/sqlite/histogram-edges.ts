/** Where the bins of a histogram begin and end: round numbers, and the first days of months and years. Pure. */

const MOST_BINS = 20;

/** The first edge is not above `min`, the last one is above `max`; null where there is nothing to see. */
export function numberEdges(min: number, max: number, isWhole: boolean): number[] | null {
  if (!(max > min) || !Number.isFinite(max - min)) return null;
  const step = roundStep((max - min) / MOST_BINS, isWhole);
  const first = Math.floor(min / step);
  const last = Math.floor(max / step) + 1;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return null;
  // A product such as 3 * 0.1 has digits that nobody means.
  return Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
}

/** 1, 2 or 5 with zeros, not less than `least`. */
function roundStep(least: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least)!;
  return isWhole ? Math.max(1, step) : step;
}

const DAY = 86_400_000;
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const DAYS = [1, 2, 7, 14];

/** `min` and `max` are ISO dates, or months where the shorter one is. */
export function dateEdges(min: string, max: string): string[] | null {
  const length = Math.min(10, min.length, max.length);
  const [from, to] = [Date.parse(min.slice(0, 10)), Date.parse(max.slice(0, 10))];
  if (!(to > from)) return null;
  const days = (to - from) / DAY;
  const dayStep = DAYS.find((each) => days / each < MOST_BINS);
  const text = (time: number) => new Date(time).toISOString().slice(0, length);
  const edges: string[] = [];
  if (dayStep !== undefined && length === 10) {
    for (let time = from; edges.length === 0 || edges.at(-1)! <= max.slice(0, 10); ) {
      edges.push(text(time));
      time += dayStep * DAY;
    }
    return edges;
  }
  const months = days / 30.4;
  const step = MONTHS.find((each) => months / each < MOST_BINS) ?? MONTHS.at(-1)!;
  const first = new Date(from);
  const year = first.getUTCFullYear();
  const month = step >= 12 ? 0 : first.getUTCMonth() - (first.getUTCMonth() % step);
  const firstYear = step > 12 ? year - (year % (step / 12)) : year;
  for (let at = 0; edges.length === 0 || edges.at(-1)! <= max.slice(0, length); at++) {
    edges.push(text(Date.UTC(firstYear, month + at * step)));
  }
  return edges;
}
