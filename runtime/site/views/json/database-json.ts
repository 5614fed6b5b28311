import type { DatabasePage } from "../../pages/database/database-page-type.ts";
import { storedQueryJson } from "./query-json.ts";
import { refreshedJson } from "./refreshed-json.ts";

export function databaseJson(page: DatabasePage): Record<string, unknown> {
  return {
    ok: true,
    database: page.database,
    private: false,
    path: page.path,
    size: page.size,
    tables: page.tables.map((table) => ({
      name: table.name,
      columns: table.columns,
      primary_keys: table.primaryKeys,
      count: table.count,
      count_truncated: table.countTruncated,
      hidden: table.hidden,
      fts_table: table.ftsTable,
      foreign_keys: table.foreignKeys,
      private: false,
    })),
    hidden_count: page.hiddenCount,
    views: page.views.map(({ name }) => ({ name, private: false })),
    queries: page.queries.map(({ database, query }) => ({
      ...storedQueryJson(database, query),
      private: false,
    })),
    queries_more: page.queriesMore,
    queries_count: page.queriesCount,
    allow_execute_sql: page.allowExecuteSql,
    table_columns: page.tableColumns,
    metadata: page.metadata,
    ...refreshedJson(page.refreshed),
  };
}
