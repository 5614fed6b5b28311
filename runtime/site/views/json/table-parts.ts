/** Parts that the blocks of tables and of rows have in common. */
import type { TableConfig } from "../../../core/config/config-types.ts";
import { affinityOf } from "../../../core/sqlite/affinity.ts";
import type { ColumnDetail } from "../../../core/sqlite/schema.ts";
import { displayColumns } from "../../pages/display-columns.ts";
import type { TableData } from "../../pages/table/table-data.ts";
import type { DisplayColumn } from "../../pages/types.ts";
import { sortableColumns } from "../../parameters/table-parameters.ts";

export function columnDetailsJson(columns: readonly ColumnDetail[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      {
        type: column.type,
        sqlite_type: affinityOf(column.type),
        notnull: column.notNull,
        default: column.defaultValue,
        is_pk: column.primaryKeyPosition > 0,
        pk_position: column.primaryKeyPosition,
        hidden: column.hidden,
      },
    ]),
  );
}

export function tableMetadataJson(config: TableConfig): Record<string, unknown> {
  return { ...config.metadata, columns: Object.fromEntries(config.columnDescriptions) };
}

/** The columns as the HTML table has them: first the link to the row, which is the key if it is one column. */
export function displayColumnsJson(data: TableData): Record<string, unknown>[] {
  const { table, tableConfig } = data;
  const sortable = sortableColumns(table, tableConfig);
  const columns = displayColumns(data, data.columns, (name) => sortable.has(name));
  if (table.isView) return columns.map(columnJson);
  const [key] = table.primaryKeys;
  if (key === undefined || table.primaryKeys.length > 1) {
    return [LINK_COLUMN, ...columns.map(columnJson)];
  }
  const detail = table.columns.find(({ name }) => name === key);
  const first = {
    name: key,
    sortable: true,
    is_pk: true,
    type: detail?.type ?? "",
    notnull: Number(detail?.notNull ?? false),
  };
  return [first, ...columns.filter(({ name }) => name !== key).map(columnJson)];
}

const LINK_COLUMN = {
  name: "Link",
  sortable: false,
  is_pk: false,
  type: "",
  notnull: 0,
  is_special_link_column: true,
};

function columnJson(column: DisplayColumn): Record<string, unknown> {
  return {
    name: column.name,
    sortable: column.sortable,
    is_pk: column.isPrimaryKey,
    type: column.type,
    notnull: Number(column.notNull),
    description: column.description,
    column_type: column.columnType,
    column_type_config: column.columnTypeConfig,
  };
}
