import type { ChartConfig } from "../../../core/config/dashboard-types.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { Chart } from "../chart/chart-data.ts";
import type { CellRows, DisplayRows, SortableColumn } from "../types.ts";

/** Everything the page of a dashboard needs, HTML or JSON. */
export interface DashboardPage {
  database: string;
  name: string;
  title: string;
  description: string | null;
  /** The form's action. */
  action: string;
  parameters: readonly ChosenParameter[];
  parts: readonly PartPage[];
}

export interface ChosenParameter {
  name: string;
  label: string;
  value: string;
  options: readonly string[] | null;
}

export interface PartPage {
  title: string | null;
  /** Sixths of the page. */
  width: number;
  /** The page that all of it is on; null for texts. */
  href: string | null;
  content: PartContent;
}

export type PartContent =
  | { kind: "text"; markdown: string }
  | { kind: "number"; value: SqlValue; prefix: string; suffix: string }
  | { kind: "chart"; chart: Chart; config: ChartConfig }
  | { kind: "table"; columns: readonly SortableColumn[]; rows: DisplayRows; tableHref: string }
  | { kind: "result"; columns: readonly string[]; rows: CellRows }
  /** Why there is nothing else: the statement failed, or took too long. */
  | { kind: "failure"; message: string };
