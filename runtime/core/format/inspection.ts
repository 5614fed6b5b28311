/**
 * What is known of a database without asking it: what the home page and counts need.
 * Made once by `inspectDatabase` (at publish time, or when a served file is opened).
 */
export interface Inspection {
  tables: TableInspection[];
  views: ViewInspection[];
  /** What the columns' values are like, as `column-summary.ts` writes it; null where nobody looked. */
  summaries: string | null;
}

export interface TableInspection {
  name: string;
  /** Exact number of rows; null when it was not counted. */
  count: number | null;
  columns: string[];
  primaryKeys: string[];
  /** Hidden as Datasette hides it: shadow tables of FTS and SpatiaLite, names with a leading _. */
  hidden: boolean;
  /** The FTS table that indexes this one, if any. */
  ftsTable: string | null;
  foreignKeys: { column: string; otherTable: string; otherColumn: string }[];
}

export interface ViewInspection {
  name: string;
  columns: string[];
}
