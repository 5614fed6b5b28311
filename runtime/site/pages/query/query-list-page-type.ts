import type { QuerySummary } from "./query-summary.ts";

export interface QueryListPage {
  /** null for the list of the whole site. */
  database: string | null;
  databaseColor: string | null;
  queries: readonly QuerySummary[];
  /** What was searched for; "" without a search. */
  search: string;
  /** All that match, on this page or others. */
  count: number;
  /** Queries on a page. */
  limit: number;
  /** Token of the next page. */
  next: string | null;
  /** Absolute. */
  nextHref: string | null;
  /** The list without arguments. */
  path: string;
  /** Of all that match, whether or not only the writable ones were asked for. */
  readOnlyCount: number;
  writableCount: number;
  /** What was asked for; null for either. */
  isWrite: boolean | null;
  isPrivate: boolean | null;
}
