/** The parts of a SiteConfig. */
import type { Allow } from "../access/allow.ts";
import type { ChartConfig, DashboardConfig } from "./dashboard-types.ts";

/** Strings such as `title`, `description_html` or `license_url`; other values as their JSON text. */
export type Metadata = Readonly<Record<string, string>>;
/** Action name → who is allowed it. */
export type Permissions = Readonly<Record<string, Allow>>;

export interface AssetUrl {
  url: string;
  /** Subresource integrity; null when none is given. */
  integrity: string | null;
  module: boolean;
}

export interface DatabaseConfig {
  metadata: Metadata;
  allow: Allow | null;
  allowSql: Allow | null;
  permissions: Permissions;
  tables: ReadonlyMap<string, TableConfig>;
  /** In which order pages list the tables: by name, by how many rows they have, or as they are named here. */
  tableOrder: "name" | "rows" | readonly string[];
  queries: ReadonlyMap<string, QueryConfig>;
  dashboards: ReadonlyMap<string, DashboardConfig>;
}

/** Absent keys mean: as Datasette does without configuration. */
export interface TableConfig {
  metadata: Metadata;
  allow: Allow | null;
  permissions: Permissions;
  /** Column name → description. */
  columnDescriptions: ReadonlyMap<string, string>;
  columnTypes: ReadonlyMap<string, { type: string; config: unknown }>;
  /** How values of a column are shown on pages. */
  columnFormats: ReadonlyMap<string, ColumnFormat>;
  sort: string | null;
  sortDesc: string | null;
  size: number | "max" | null;
  facets: readonly FacetConfig[];
  facetSize: number | "max" | null;
  sortableColumns: readonly string[] | null;
  labelColumn: string | null;
  hidden: boolean;
  ftsTable: string | null;
  ftsPk: string | null;
  searchMode: "raw" | "escaped" | null;
  charts: readonly ChartConfig[];
}

export const FORMAT_STYLES = ["number", "currency", "percent", "date"] as const;

export interface ColumnFormat {
  style: (typeof FORMAT_STYLES)[number];
  /** ISO 4217, of currencies. */
  currency: string | null;
  /** Digits after the point; null: as many as it takes. */
  decimals: number | null;
  /** Written behind the number, such as `kg`. */
  unit: string | null;
}

export interface FacetConfig {
  type: FacetType;
  column: string;
}

export type FacetType = "column" | "array" | "date";

/** A query of the configuration, with Datasette's names (they are part of its JSON). */
export interface QueryConfig {
  name: string;
  sql: string;
  title: string | null;
  description: string | null;
  description_html: string | null;
  hide_sql: boolean;
  fragment: string | null;
  params: readonly string[];
  /** A writable query: listed, never run. */
  is_write: boolean;
  is_trusted: boolean;
  on_success_message: string | null;
  on_success_message_sql: string | null;
  on_success_redirect: string | null;
  on_error_message: string | null;
  on_error_redirect: string | null;
  allow: Allow | null;
  permissions: Permissions;
  charts: readonly ChartConfig[];
}
