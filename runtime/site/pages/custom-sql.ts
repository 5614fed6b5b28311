/** What pages say about SQL of the reader's own. */
import { compareText } from "../../core/compare-text.ts";
import { quoteIdentifier } from "../../core/names.ts";
import { getTable, listTables } from "../../core/sqlite/schema.ts";
import type { OpenDatabase, PageContext } from "./context.ts";

/** Whether the reader may run SQL of their own. */
export function mayRunSql(
  { visitor }: PageContext,
  { database, connection }: OpenDatabase,
): boolean {
  return visitor.mayExecuteSql(database.name) && connection.visitorSqlRefusal === null;
}

/** What the SQL editor starts with. */
export function exampleSql(tables: readonly { name: string }[]): string {
  const [first] = tables;
  return first === undefined
    ? "select sqlite_version()"
    : `select * from ${quoteIdentifier(first.name)}`;
}

/** Table or view name → columns in order of name; views have none, as in Datasette. */
export function columnsForCompletion({ connection }: OpenDatabase): Record<string, string[]> {
  return connection.fact("columns for completion", () => {
    const { tables, views } = listTables(connection);
    const isVisible = (name: string) => connection.privacy.isVisible(name);
    return Object.fromEntries([
      ...tables
        .filter(isVisible)
        .map((table) => [table, [...getTable(connection, table).columnNames].sort(compareText)]),
      ...views.filter(isVisible).map((view) => [view, []]),
    ]);
  });
}
