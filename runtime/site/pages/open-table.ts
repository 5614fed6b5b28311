import type { TableConfig } from "../../core/config/config-types.ts";
import { findTable, type TableSchema } from "../../core/sqlite/schema.ts";
import { notFound } from "../errors.ts";
import type { LabelSource } from "../queries/labels.ts";
import { type OpenDatabase, openDatabase, type PageContext, tableConfig } from "./context.ts";

export interface OpenTable extends OpenDatabase {
  table: TableSchema;
  tableConfig: TableConfig;
}

/** @throws HttpError 404 */
export async function openTable(
  context: PageContext,
  databaseName: string,
  tableName: string,
): Promise<OpenTable> {
  const open = findOpenTable(await openDatabase(context, databaseName), tableName);
  if (open === null) throw notFound("Table not found");
  return open;
}

/** null when the database has no such table or view. */
export function findOpenTable(open: OpenDatabase, name: string): OpenTable | null {
  const table = findTable(open.connection, name);
  return table && { ...open, table, tableConfig: tableConfig(open.config, name) };
}

export function labelSource(context: PageContext, open: OpenDatabase): LabelSource {
  return {
    connection: open.connection,
    config: open.config,
    mayView: (table) => context.visitor.mayViewTable(open.database.name, table),
    timeLimit: context.config.settings.sql_time_limit_ms,
  };
}
