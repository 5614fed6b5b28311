/** Charts and dashboards of the configuration. */
import type { Allow } from "../access/allow.ts";
import type { ChartSpec } from "../chart-spec.ts";

/** A chart of the rows of a table or query; what is left open is chosen as for a visitor's chart. */
export interface ChartConfig extends ChartSpec {
  title: string | null;
}

export interface DashboardConfig {
  name: string;
  title: string | null;
  description: string | null;
  allow: Allow | null;
  parameters: readonly DashboardParameter[];
  parts: readonly DashboardPart[];
}

/** What visitors choose, and all parts share. */
export interface DashboardParameter {
  name: string;
  label: string;
  default: string;
  /** What may be chosen; null for any text. */
  options: readonly string[] | null;
}

/** Rows of a table with filters, in which `:name` is a parameter's value, or of a configured query. */
export type PartSource =
  | {
      table: string;
      /** Arguments of the table's page: `status`, `freight__gt`, `_search`. */
      filters: readonly (readonly [name: string, value: string])[];
      query: null;
    }
  | { query: string; table: null };

interface AnyPart {
  title: string | null;
  /** In sixths of the page's width. */
  width: number;
}

export interface TextPart extends AnyPart {
  kind: "text";
  /** Markdown. */
  text: string;
}

export interface NumberPart extends AnyPart {
  kind: "number";
  source: PartSource;
  /** null for the first value of a query. */
  aggregate: NumberAggregate | null;
  column: string | null;
  prefix: string;
  suffix: string;
}

export interface ChartPart extends AnyPart {
  kind: "chart";
  source: PartSource;
  chart: ChartConfig;
}

export interface TablePart extends AnyPart {
  kind: "table";
  source: PartSource;
  /** All without. */
  columns: readonly string[] | null;
  sort: string | null;
  sortDesc: string | null;
  size: number;
}

export type DashboardPart = TextPart | NumberPart | ChartPart | TablePart;

export const NUMBER_AGGREGATES = ["count", "sum", "avg", "median", "min", "max"] as const;
export type NumberAggregate = (typeof NUMBER_AGGREGATES)[number];
