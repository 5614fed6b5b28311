/** Which chart of some rows is worth a look. */
import type { ChartSpec, TimeUnit } from "../../core/chart-spec.ts";

/** What is known of a column from a sample of the rows. */
export interface ColumnProfile {
  name: string;
  /** A key, or a reference to one: its numbers are names. */
  isKey: boolean;
  /** Values that are not NULL. */
  filled: number;
  /** Different ones. */
  distinct: number;
  /** Values that are numbers, and those that are dates such as 2026-11-21. */
  numbers: number;
  dates: number;
  /** The smallest and the largest value as text; null without any. */
  least: string | null;
  most: string | null;
}

export type ColumnKind = "date" | "number" | "category" | "other";

/** Bars that can be read at a glance. */
const FEW = 40;
const MS_PER_DAY = 86_400_000;

export function kindOf(profile: ColumnProfile): ColumnKind {
  const { filled, distinct, numbers, dates, isKey } = profile;
  if (filled === 0) return "other";
  if (dates >= 0.9 * filled) return "date";
  if (!isKey && numbers >= 0.9 * filled && !isFlag(profile)) return "number";
  // Values that do not come back say nothing in a chart.
  return distinct > 1 && distinct <= filled / 2 ? "category" : "other";
}

/** 0 and 1, yes and no. */
function isFlag({ distinct, numbers, least, most }: ColumnProfile): boolean {
  return (
    numbers > 0 &&
    distinct <= 2 &&
    ["0", "1"].includes(least ?? "") &&
    ["0", "1"].includes(most ?? "")
  );
}

/**
 * How many rows there are over time; else of each kind; else how a number is spread. null where nothing
 * would be seen.
 */
export function suggestChart(profiles: readonly ColumnProfile[]): ChartSpec | null {
  const ofKind = (kind: ColumnKind) => profiles.filter((profile) => kindOf(profile) === kind);
  const spec = { y: null, aggregate: "count", color: null, unit: null } as const;
  const date = ofKind("date").find(({ distinct }) => distinct > 2);
  const category = ofKind("category")
    .filter(({ distinct, filled }) => distinct <= FEW || distinct <= filled / 10)
    .sort((a, b) => distanceFromGood(a.distinct) - distanceFromGood(b.distinct))[0];
  const number = ofKind("number").sort((a, b) => b.distinct - a.distinct)[0];
  if (date !== undefined) {
    const unit = unitFor(date);
    return number !== undefined && isSeries(date)
      ? { ...spec, kind: "line", x: date.name, y: number.name, aggregate: "avg", unit }
      : { ...spec, kind: "line", x: date.name, unit };
  }
  if (category !== undefined) return { ...spec, kind: "bar", x: category.name };
  if (number !== undefined && number.distinct > 2) {
    return { ...spec, kind: "histogram", x: number.name };
  }
  return null;
}

/** One row a day, week, month or year: then not their number counts, but what was measured. */
function isSeries({ distinct, filled, least, most }: ColumnProfile): boolean {
  if (distinct < filled || (least?.length ?? 0) > 10) return false;
  const step = daysBetween(least, most) / (distinct - 1);
  return [1, 7, 30.44, 91.3, 365.25].some((days) => Math.abs(step / days - 1) < 0.05);
}

/** Between a handful and a dozen bars are best. */
function distanceFromGood(distinct: number): number {
  if (distinct < 4) return 4 - distinct + 0.5;
  return distinct > 12 ? Math.log2(distinct / 12) : 0;
}

/** Between some ten and some hundred steps. */
export function unitFor({ least, most }: Pick<ColumnProfile, "least" | "most">): TimeUnit {
  const days = daysBetween(least, most);
  if (!(days > 0) || days <= 62) return "day";
  if (days <= 400) return "week";
  return days <= 365 * 12 ? "month" : "year";
}

function daysBetween(least: string | null, most: string | null): number {
  const time = (text: string | null) => Date.parse(text?.slice(0, 10) ?? "");
  return (time(most) - time(least)) / MS_PER_DAY;
}
