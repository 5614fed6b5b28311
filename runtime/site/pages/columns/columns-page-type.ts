import type { ColumnKind } from "../../../core/format/column-summary.ts";
import type { HiddenField } from "../types.ts";

/** Everything that the page about the columns of a table needs. Every `href` is ready to use. */
export interface ColumnsPage {
  database: string;
  table: string;
  tableHref: string;
  /** Rows that were looked at; null: all. */
  sample: number | null;
  /** null where looking took too long. */
  columns: readonly ColumnCard[] | null;
}

export interface ColumnCard {
  name: string;
  kind: ColumnKind;
  /** As declared; "" for none. */
  type: string;
  description: string | null;
  rows: number;
  missing: number;
  /** The rows where it is missing. */
  missingHref: string;
  empty: number;
  distinct: number;
  range: { min: string; median: string; max: string } | null;
  histogram: readonly Bin[];
  values: readonly CommonValue[];
  lengths: { min: number; max: number } | null;
  /** The form for a range of values; null where they have none. */
  form: RangeForm | null;
}

export interface Bin {
  from: string;
  to: string;
  count: number;
  href: string;
}

export interface CommonValue {
  label: string;
  count: number;
  href: string;
}

export interface RangeForm {
  action: string;
  /** Names of its fields, and what they have now. */
  from: HiddenField;
  to: HiddenField;
  hiddenFields: readonly HiddenField[];
}
