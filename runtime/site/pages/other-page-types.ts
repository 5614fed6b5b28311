/** The smaller pages. */
import type { Diagram, TooManyTables } from "./schema-diagram.ts";

/** Any page that only shows its JSON, such as `/-/versions`. */
export interface JsonPage {
  /** File name it would have, such as `versions.json`. */
  title: string;
  data: unknown;
}

export interface SchemaPage {
  /** null for the whole site. */
  database: string | null;
  /** null for a whole database. */
  table: string | null;
  schemas: readonly { database: string; schema: string }[];
  /** Of a database whose tables refer to each other. */
  diagram?: Diagram | TooManyTables | null;
}

export interface ErrorPage {
  status: number;
  /** null: the status says it. */
  title: string | null;
  message: string;
  /** The SQL that took too long, where that was the reason. */
  sql: string | null;
}
