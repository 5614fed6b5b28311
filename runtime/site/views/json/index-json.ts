import type {
  DatabaseSummary,
  IndexEntry,
  IndexPage,
} from "../../pages/instance/index-page-type.ts";

import { refreshedJson } from "./refreshed-json.ts";

/** Said of parts of the API that may change. */
export const UNSTABLE = "This API is not part of the stable interface and may change at any time";

export function indexJson({ databases, metadata }: IndexPage): Record<string, unknown> {
  return { ok: true, unstable: UNSTABLE, databases: databases.map(databaseEntry), metadata };
}

function databaseEntry(database: DatabaseSummary): Record<string, unknown> {
  return {
    name: database.name,
    hash: database.hash,
    color: database.color,
    path: database.href,
    tables_and_views_truncated: database.tablesAndViews.map(tableEntry),
    tables_and_views_more: database.hasMore,
    tables_count: database.tableCount,
    table_rows_sum: database.rowSum,
    show_table_row_counts: database.hasCounts,
    hidden_table_rows_sum: database.hiddenRowSum,
    hidden_tables_count: database.hiddenTableCount,
    views_count: database.viewCount,
    private: false,
    ...refreshedJson(database.refreshed),
  };
}

function tableEntry(entry: IndexEntry): Record<string, unknown> {
  if (entry.kind === "view") return { name: entry.name, private: false };
  return {
    name: entry.name,
    columns: entry.columns,
    primary_keys: entry.primaryKeys,
    count: entry.count,
    hidden: false,
    fts_table: entry.ftsTable,
    num_relationships_for_sorting: entry.relationships,
    private: false,
  };
}
