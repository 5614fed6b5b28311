import { columnTypesOf } from "../queries/column-types.ts";
import type { OpenTable } from "./open-table.ts";
import type { DisplayColumn } from "./types.ts";

/** What is known of these columns of a table, in their order. */
export function displayColumns(
  { table, tableConfig }: OpenTable,
  columns: readonly string[],
  isSortable: (column: string) => boolean,
): DisplayColumn[] {
  const types = columnTypesOf(table, tableConfig);
  const keys = table.primaryKeys.length > 0 ? table.primaryKeys : ["rowid"];
  return columns.map((name) => {
    const detail = table.columns.find((column) => column.name === name);
    const columnType = types.get(name);
    return {
      name,
      sortable: isSortable(name),
      isPrimaryKey: keys.includes(name),
      type: detail?.type ?? (name === "rowid" ? "integer" : ""),
      notNull: detail?.notNull ?? false,
      description: tableConfig.columnDescriptions.get(name) ?? null,
      columnType: columnType?.type ?? null,
      columnTypeConfig: columnType?.config ?? null,
      format: tableConfig.columnFormats.get(name),
    };
  });
}
