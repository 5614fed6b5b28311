import type { TableConfig } from "../../core/config/config-types.ts";
import { findTable, type TableSchema } from "../../core/sqlite/schema.ts";
import { forbidden, notFound } from "../errors.ts";
import type { LabelSource } from "../queries/labels.ts";
import { type OpenDatabase, openDatabase, type PageContext, tableConfig } from "./context.ts";

export interface OpenTable extends OpenDatabase {
  table: TableSchema;
  tableConfig: TableConfig;
}

/** @throws HttpError 403, 404 */
export async function openTable(
  context: PageContext,
  databaseName: string,
  tableName: string,
): Promise<OpenTable> {
  const open = findOpenTable(context, await openDatabase(context, databaseName), tableName);
  if (open === null) throw notFound("Table not found");
  return open;
}

/**
 * A table as the reader may see it: without foreign keys that refer to private ones. null when the
 * database has no such table or view.
 * @throws HttpError 403 for a private one, which need not exist
 */
export function findOpenTable(
  { visitor, site }: PageContext,
  open: OpenDatabase,
  name: string,
): OpenTable | null {
  const { connection, database } = open;
  const refusal = () => forbidden("You do not have permission to view this table");
  if (!visitor.mayViewTable(database.name, name)) throw refusal();
  const found = findTable(connection, name);
  if (found === null) return null;
  if (!connection.privacy.isVisible(name)) throw refusal();
  const foreignKeys = found.foreignKeys.filter((key) => mayView(open, key.otherTable));
  const table = foreignKeys.length === found.foreignKeys.length ? found : { ...found, foreignKeys };
  const config = tableConfig(open.config, name);
  return { ...open, table, tableConfig: site.past === undefined ? config : asOf(table, config) };
}

/** What is configured today may be about columns that a table of the past did not have yet. */
function asOf({ columnNames }: TableSchema, config: TableConfig): TableConfig {
  const had = (column: string | null) =>
    column !== null && columnNames.includes(column) ? column : null;
  const { sort, sortDesc, facets, labelColumn } = config;
  return {
    ...config,
    sort: had(sort),
    sortDesc: had(sortDesc),
    facets: facets.filter(({ column }) => columnNames.includes(column)),
    labelColumn: had(labelColumn),
  };
}

/** Whether a table that the reader did not ask for may be mentioned to them. */
export function mayView({ connection }: OpenDatabase, table: string): boolean {
  return connection.privacy.isVisible(table);
}

export function labelSource(context: PageContext, open: OpenDatabase): LabelSource {
  return {
    connection: open.connection,
    config: open.config,
    mayView: (table) => mayView(open, table),
    timeLimit: context.config.settings.sql_time_limit_ms,
  };
}
