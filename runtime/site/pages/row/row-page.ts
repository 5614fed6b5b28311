import { titleColumnOf } from "../../../core/sqlite/label-column.ts";
import { valueText } from "../../../core/sqlite/values.ts";
import { findLabels, type Labels } from "../../queries/labels.ts";
import { RowDisplay } from "../cells.ts";
import type { PageContext } from "../context.ts";
import { databaseColor } from "../database-color.ts";
import { displayColumns } from "../display-columns.ts";
import { labelSource } from "../open-table.ts";
import { neighbours } from "./neighbours.ts";
import { relatedRows } from "./related-rows.ts";
import { foreignKeyTables, type RowData } from "./row-data.ts";
import type { RowPage } from "./row-page-type.ts";

/** Everything the HTML page says about a row. */
export function rowPage(context: PageContext, row: RowData): RowPage {
  const { database, table, columns, keys } = row;
  const shown = [
    ...columns.filter((column) => keys.includes(column)),
    ...columns.filter((column) => !keys.includes(column)),
  ];
  const source = labelSource(context, row);
  const labels = new Map<string, Labels>();
  for (const { column } of table.foreignKeys) {
    const index = columns.indexOf(column);
    if (index < 0) continue;
    const values = row.rows.map((values) => values[index] ?? null);
    const found = findLabels(source, table, column, values);
    if (found !== null) labels.set(column, found);
  }
  const referring = foreignKeyTables(context, row);
  return {
    database: database.name,
    databaseColor: databaseColor(database),
    table: table.name,
    primaryKeys: keys,
    primaryKeyValues: row.keyValues,
    metadata: row.tableConfig.metadata,
    columns: displayColumns(row, shown, () => false),
    rows: new RowDisplay(context, row, row.rows, columns, shown, labels),
    foreignKeyTables: referring,
    relatedRows: relatedRows(context, row, referring),
    label: labelOf(row),
    ...neighbours(context, row),
    exports: { json: context.request.inFormat("json") },
  };
}

const LONGEST_LABEL = 200;

function labelOf({ connection, table, tableConfig, columns, rows, keys }: RowData): string | null {
  if (table.isView || rows.length !== 1) return null;
  const column = titleColumnOf(connection, table.name, tableConfig.labelColumn);
  if (column === null || keys.includes(column)) return null;
  const value = rows[0]![columns.indexOf(column)] ?? null;
  if (value === null || value === "" || value instanceof Uint8Array) return null;
  return valueText(value).slice(0, LONGEST_LABEL);
}
