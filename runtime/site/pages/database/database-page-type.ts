import type { DatabaseConfig, Metadata } from "../../../core/config/config-types.ts";
import type { Refreshed } from "../../site.ts";
import type { DashboardLink } from "../dashboard/visible-dashboards.ts";
import type { QuerySummary } from "../query/query-summary.ts";

/** Everything the page of a database needs, HTML or JSON. */
export interface DatabasePage {
  database: string;
  databaseColor: string;
  /** This page. */
  path: string;
  /** Bytes. */
  size: number;
  metadata: Metadata;
  refreshed: Refreshed | null;
  /** Shown ones first, then hidden ones; each in the order of the configuration, by name without one. */
  tables: readonly TableSummary[];
  tableOrder: DatabaseConfig["tableOrder"];
  hiddenCount: number;
  /** True for `?_show_hidden=1`. */
  showHidden: boolean;
  showHiddenHref: string;
  dashboards: readonly DashboardLink[];
  views: readonly { name: string; href: string }[];
  /** The first few; `queriesHref` lists all. */
  queries: readonly QuerySummary[];
  queriesMore: boolean;
  queriesCount: number;
  queriesHref: string;
  allowExecuteSql: boolean;
  /** Why custom SQL is off although the configuration allows it; null otherwise. */
  sqlOffReason: string | null;
  /** Action of the SQL form. */
  customQueryHref: string;
  /** What the SQL form starts with. */
  exampleSql: string;
  /** Table or view name → columns, for completion; empty unless custom SQL is allowed. */
  tableColumns: Readonly<Record<string, readonly string[]>>;
  schemaHref: string;
  /** null where downloading is not allowed. */
  downloadHref: string | null;
  /** Databases that can be used in cross-database queries. */
  attachedDatabases: readonly { name: string; href: string }[];
}

export interface TableSummary {
  name: string;
  href: string;
  columns: readonly string[];
  primaryKeys: readonly string[];
  /** null when counting took too long. */
  count: number | null;
  countTruncated: boolean;
  hidden: boolean;
  ftsTable: string | null;
  foreignKeys: { incoming: readonly ForeignKeyEnd[]; outgoing: readonly ForeignKeyEnd[] };
}

/** Under the names that the JSON API has. */
export interface ForeignKeyEnd {
  other_table: string;
  column: string | null;
  other_column: string | null;
}
