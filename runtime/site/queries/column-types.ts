import type { TableConfig } from "../../core/config/config-types.ts";
import { affinityOf } from "../../core/sqlite/affinity.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";

/** https://docs.datasette.io/en/latest/configuration.html#column-types */
const KNOWN_TYPES = ["url", "email", "json", "textarea"];

export interface ColumnType {
  type: string;
  config: unknown;
}

/** The configured types of columns, in order of column name. They apply to text columns only. */
export function columnTypesOf(table: TableSchema, config: TableConfig): Map<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const [name, columnType] of config.columnTypes) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column || !KNOWN_TYPES.includes(columnType.type)) continue;
    if (affinityOf(column.type) === "TEXT") types.set(name, columnType);
  }
  return types;
}
