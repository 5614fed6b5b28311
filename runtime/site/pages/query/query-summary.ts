import type { QueryConfig } from "../../../core/config/config-types.ts";

/** A configured query in a list. */
export interface QuerySummary {
  database: string;
  /** The database's page. */
  databaseHref: string;
  query: QueryConfig;
  /** Its page, with its fragment. */
  href: string;
}
