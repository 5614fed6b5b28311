import type { Metadata, QueryConfig } from "../../../core/config/config-types.ts";
import type { FileFormat } from "../../parameters/page-request.ts";
import type { ChartLink } from "../chart-links.ts";
import type { Sharing } from "../share.ts";
import type { CellRows } from "../types.ts";

/** A column of a result. */
export interface ResultColumn {
  name: string;
  /** How the rows are sorted by this column now, beside what the SQL says. */
  sorted: "asc" | "desc" | null;
  /** The argument of the form that sorts the result by this column; null where it cannot be. */
  sortArgument: "_sort" | "_sort_desc" | null;
}

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
  /** What the page is called where its SQL may not be run or took too long; null otherwise. */
  refusal: string | null;
  /** SQLite's message, or why the SQL was not run to its end. */
  error: string | null;
  columns: readonly ResultColumn[];
  rows: CellRows;
  truncated: boolean;
  /** Milliseconds. */
  duration: number;
  /** `allCsv` has the rows that are not shown, too; null where there are none. */
  sharing: Sharing;
  charts: readonly ChartLink[];
  exports: {
    json: string;
    csv: string;
    /** All rows, where not all are shown. */
    allCsv: string | null;
    /** All rows as files; null where that is switched off. */
    files: Record<FileFormat, string> | null;
  };
  /** Table or view name → columns, for completion; empty unless custom SQL is allowed. */
  tableColumns: Readonly<Record<string, readonly string[]>>;
}
