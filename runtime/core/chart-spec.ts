/** What can be drawn: the words of `_chart`, `_aggregate` and `_unit`, and a chart as they describe it. */

export const CHART_KINDS = ["bar", "line", "scatter", "histogram"] as const;
export const AGGREGATES = ["count", "sum", "avg", "median", "min", "max", "share"] as const;
export const TIME_UNITS = ["day", "week", "month", "year"] as const;

export type ChartKind = (typeof CHART_KINDS)[number];
export type Aggregate = (typeof AGGREGATES)[number];
export type TimeUnit = (typeof TIME_UNITS)[number];

/** What is drawn. Columns by name; null for none. */
export interface ChartSpec {
  kind: ChartKind;
  x: string;
  /** What is aggregated, or goes up; without it rows are counted. */
  y: string | null;
  aggregate: Aggregate;
  /** One colour for each of its commonest values. */
  color: string | null;
  /** What dates are taken together by; null for columns that are no dates. */
  unit: TimeUnit | null;
}
