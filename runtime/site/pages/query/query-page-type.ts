import type { Metadata, QueryConfig } from "../../../core/config/config-types.ts";
import type { CellRows } from "../types.ts";

/** Everything the HTML page of custom SQL or of a configured query needs. */
export interface QueryPage {
  database: string;
  databaseColor: string;
  /** null for custom SQL. */
  query: QueryConfig | null;
  /** The query's metadata, or the database's for custom SQL. */
  metadata: Metadata;
  /** null before anything was typed. */
  sql: string | null;
  /** What an empty editor starts with. */
  exampleSql: string;
  /** The form's action. */
  action: string;
  /** Parameters of the SQL with their present values, in order. */
  parameters: readonly { name: string; value: string }[];
  allowExecuteSql: boolean;
  hideSql: boolean;
  /** Shows or hides the SQL. `hiddenField` keeps the present state in the form. */
  showHide: { href: string; text: "show" | "hide"; hiddenField: string | null };
  /** Opens the query's SQL in the editor; null where that is not allowed. */
  editSqlHref: string | null;
  /** A writable query cannot be run here. */
  isWrite: boolean;
  /** SQLite's message. */
  error: string | null;
  columns: readonly string[];
  rows: CellRows;
  truncated: boolean;
  /** Milliseconds. */
  duration: number;
  exports: { json: string; csv: string };
  /** Table or view name → columns, for completion; empty unless custom SQL is allowed. */
  tableColumns: Readonly<Record<string, readonly string[]>>;
}
