/** Looks at the values of one column, one after the other, and says what they are like. */
import type { ColumnKind, ColumnSummary } from "../format/column-summary.ts";
import { dateEdges, numberEdges } from "./histogram-edges.ts";
import type { SqlValue } from "./values.ts";

/** Values that are kept to be shown; longer texts are only told apart. Characters. */
const LONGEST = 100;
/** The commonest values that are kept. */
const MOST_VALUES = 8;
/** A column is of a kind when so many of its values are. */
const NEARLY_ALL = 0.95;

const ISO_DATE = /^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ].*)?)?$/;

export class ColumnProfile {
  readonly #counts = new Map<number | string, number>();
  readonly #numbers: number[] = [];
  readonly #dates: string[] = [];
  #rows = 0;
  #missing = 0;
  #empty = 0;
  #blobs = 0;
  #shortest = Infinity;
  #longest = 0;

  add(value: SqlValue): void {
    this.#rows++;
    if (value === null) this.#missing++;
    else if (value instanceof Uint8Array) this.#blobs++;
    else if (typeof value === "string") this.#addText(value);
    else {
      const number = Number(value);
      if (Number.isFinite(number)) this.#numbers.push(number);
      // Beyond 2^53 numbers would be taken for each other.
      this.#count(Number.isSafeInteger(number) || typeof value === "number" ? number : `${value}`);
    }
  }

  #addText(text: string): void {
    if (text === "") this.#empty++;
    else if (ISO_DATE.test(text)) this.#dates.push(text.slice(0, 32));
    this.#shortest = Math.min(this.#shortest, text.length);
    this.#longest = Math.max(this.#longest, text.length);
    if (text !== "") {
      this.#count(text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${digest(text)})`);
    }
  }

  #count(value: number | string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** `isKey`: its numbers are names, which have no range. */
  summary(name: string, isKey: boolean): ColumnSummary {
    const kind = this.#kind();
    return {
      name,
      kind,
      missing: this.#missing,
      empty: this.#empty,
      rows: this.#rows,
      distinct: this.#counts.size,
      ...(kind === "number" && !isKey ? ofNumbers(this.#numbers) : {}),
      ...(kind === "date" ? ofDates(this.#dates) : {}),
      ...this.#commonest(),
      ...(kind === "text" ? { lengths: { min: this.#shortest, max: this.#longest } } : {}),
    };
  }

  #kind(): ColumnKind {
    const filled = this.#rows - this.#missing - this.#empty;
    if (filled === 0) return "empty";
    if (this.#numbers.length >= NEARLY_ALL * filled) return "number";
    if (this.#dates.length >= NEARLY_ALL * filled) return "date";
    return this.#blobs >= NEARLY_ALL * filled ? "blob" : "text";
  }

  #commonest(): Pick<ColumnSummary, "values"> {
    const counted = [...this.#counts].filter(
      ([value, count]) => count > 1 && String(value).length <= LONGEST,
    );
    if (counted.length === 0) return {};
    counted.sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
    return { values: counted.slice(0, MOST_VALUES) };
  }
}

/** The same number for the same text, and hardly ever for another one. */
function digest(text: string): number {
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}

function ofNumbers(values: readonly number[]): Pick<ColumnSummary, "range" | "histogram"> {
  const sorted = Float64Array.from(values).sort();
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  const half = sorted.length / 2;
  const middle = Math.floor(half);
  const median = half === middle ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[middle]!;
  const range = { min, median: Number(median.toPrecision(12)), max };
  return { range, ...histogram(sorted, numberEdges(min, max, values.every(Number.isInteger))) };
}

function ofDates(values: readonly string[]): Pick<ColumnSummary, "range" | "histogram"> {
  const sorted = values.toSorted();
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  const range = { min, median: sorted[Math.floor((sorted.length - 1) / 2)]!, max };
  return { range, ...histogram(sorted, dateEdges(min, max)) };
}

/** `sorted` is in order, and so are the edges; what is equal to an edge is behind it. */
function histogram<T extends number | string>(
  sorted: ArrayLike<T>,
  edges: T[] | null,
): Pick<ColumnSummary, "histogram"> {
  if (edges === null) return {};
  const counts = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (let at = 0; at < sorted.length; at++) {
    while (bin < counts.length - 1 && sorted[at]! >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { histogram: { edges, counts } };
}
