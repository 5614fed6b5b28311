/** The first rows of other tables that refer to a row. */
import { clock } from "../../../core/clock.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { keyColumns } from "../../queries/keyset.ts";
import { findLabels, type Labels } from "../../queries/labels.ts";
import { RowDisplay } from "../cells.ts";
import type { PageContext } from "../context.ts";
import { displayColumns } from "../display-columns.ts";
import { findOpenTable, labelSource, type OpenTable } from "../open-table.ts";
import type { RowData } from "./row-data.ts";
import type { ForeignKeyTable, RelatedRows } from "./row-page-type.ts";

/** Tables whose rows are shown, rows of each, and their columns. */
const MOST_TABLES = 8;
const MOST_ROWS = 5;
const MOST_COLUMNS = 7;
/** Milliseconds for all of them. */
const PATIENCE = 500;

export function relatedRows(
  context: PageContext,
  row: RowData,
  tables: readonly ForeignKeyTable[],
): RelatedRows[] {
  const end = clock() + PATIENCE;
  const found: RelatedRows[] = [];
  for (const referring of tables) {
    if (found.length === MOST_TABLES || clock() > end) break;
    if (Number(referring.count) === 0) continue;
    const open = findOpenTable(context, row, referring.other_table);
    const rows = open && firstRows(context, open, referring, row.keyValues[0]!);
    if (rows) found.push(rows);
  }
  return found;
}

/** null where they cannot be read in time: their number and a link are on the page anyway. */
function firstRows(
  context: PageContext,
  open: OpenTable,
  { other_column: column, link, count }: ForeignKeyTable,
  key: string,
): RelatedRows | null {
  const { connection, table } = open;
  const keys = keyColumns(table);
  const shown = [...new Set([...keys, ...table.columnNames.filter((name) => name !== column)])];
  const columns = shown.slice(0, Math.max(MOST_COLUMNS, keys.length));
  const sql = `select ${columns.map(quoteIdentifier).join(", ")} from ${quoteIdentifier(table.name)} where ${quoteIdentifier(column)} = :id order by ${keys.map(quoteIdentifier).join(", ")} limit ${MOST_ROWS}`;
  try {
    const { rows } = connection.query(sql, { id: key }, { timeLimit: PATIENCE });
    const labels = new Map<string, Labels>();
    for (const { column: name } of table.foreignKeys) {
      const index = columns.indexOf(name);
      if (index < 0) continue;
      const values = rows.map((values) => values[index] ?? null);
      const labelled = findLabels(labelSource(context, open), table, name, values);
      if (labelled !== null) labels.set(name, labelled);
    }
    return {
      table: table.name,
      column,
      count: Number(count),
      href: link,
      tableHref: context.links.table(open.database.name, table.name),
      columns: displayColumns(open, columns, () => false),
      hasKeyColumn: keys.length === 1,
      rows: new RowDisplay(context, open, rows, columns, columns, labels),
    };
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
