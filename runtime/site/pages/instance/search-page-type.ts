import type { TextPart } from "../../queries/search-parts.ts";

/** Everything that the page of the search in all tables needs. */
export interface SearchPage {
  /** What was searched for; "" before that. */
  text: string;
  /** Those where something was found. */
  tables: FoundTable[];
  /** How many were looked into, from the `from`th on (0 is the first), of how many. */
  searched: number;
  from: number;
  all: number;
  /** Names of those that took too long. */
  tooSlow: string[];
  /** The search in the tables that are left; null where none are. */
  nextHref: string | null;
}

export interface FoundTable {
  database: string;
  table: string;
  /** All that was found in it. */
  href: string;
  rows: FoundRow[];
  /** There are more rows than these. */
  hasMore: boolean;
}

export interface FoundRow {
  title: string;
  href: string;
  /** A piece of its text; empty where the index keeps none. */
  snippet: readonly TextPart[];
}
