/** What a user says about how files become tables. Everything can be left out. */
import type { ColumnType } from "../types/cell.ts";

export interface CsvRules {
  /** False: the first row is data. Found out when it is not said. */
  header?: boolean;
  /** A label such as "windows-1252". */
  encoding?: string;
  /** One character. */
  delimiter?: string;
}

export interface ForeignKey {
  /** "column" or "table.column". */
  column: string;
  table: string;
  /** Null for the primary key. */
  targetColumn: string | null;
}

/** What happens to a table that is there already. */
export type LoadMode = "replace" | "append" | "upsert";

export interface LoadRules extends CsvRules {
  mode?: LoadMode;
  /** All rows go into one table of this name. */
  table?: string;
  /** Columns of the primary key. */
  primaryKey?: string[];
  /** By "column" or "table.column". */
  types?: Record<string, ColumnType>;
  foreignKeys?: ForeignKey[];
  /** Columns for full-text search; "auto" takes the text columns of tables that are not large. */
  fullTextSearch?: string[] | "auto";
  /** Each a list of columns. */
  indexes?: string[][];
}
