import type { PageContext } from "../../pages/context.ts";
import { databaseColor } from "../../pages/database-color.ts";
import type { RowData } from "../../pages/row/row-data.ts";
import type { ForeignKeyTable } from "../../pages/row/row-page-type.ts";
import { checkExtras, parseExtras } from "../../parameters/extras.ts";
import { columnTypesOf } from "../../queries/column-types.ts";
import { debugExtra, type Extras, extrasExtra, requestExtra, resolveExtras } from "./extras.ts";
import { parametersJson } from "./json.ts";
import { renderedCells } from "./render-cell.ts";
import { type JsonBody, shapedJson } from "./shapes.ts";
import { columnDetailsJson, tableMetadataJson } from "./table-parts.ts";

interface RowAndReferences {
  row: RowData;
  /** Tables that refer to the row; counted when asked for. */
  references: () => ForeignKeyTable[];
}

/** The blocks of a row. */
const ROW_EXTRAS: Extras<RowAndReferences> = {
  columns: {
    description: "Names of the columns returned",
    value: (_, { row }) => row.columns,
  },
  primary_keys: {
    description: "Names of the columns of the primary key",
    value: (_, { row }) => row.keys,
  },
  column_details: {
    description: "What the schema says of each column",
    value: (_, { row }) => columnDetailsJson(row.table.columns),
  },
  render_cell: {
    description: "The HTML of cells whose column type gives them a look of their own",
    value: (_, { row }) =>
      renderedCells(row.columns, row.rows, columnTypesOf(row.table, row.tableConfig)),
  },
  debug: debugExtra((_, { row }) => ({
    resolved: {
      table: row.table.name,
      sql: row.sql,
      params: parametersJson(row.parameters),
      pks: row.keys,
      pk_values: row.keyValues,
    },
  })),
  request: requestExtra(),
  query: {
    description: "The SQL that found the row, and its parameters",
    value: (_, { row }) => ({ sql: row.sql, params: parametersJson(row.parameters) }),
  },
  column_types: {
    description: "The configured types of columns",
    value: (_, { row }) => Object.fromEntries(columnTypesOf(row.table, row.tableConfig)),
  },
  metadata: {
    description: "Metadata of the table, with the descriptions of its columns",
    value: (_, { row }) => tableMetadataJson(row.tableConfig),
  },
  extras: extrasExtra(() => ROW_EXTRAS),
  database: {
    description: "Name of the database",
    value: (_, { row }) => row.database.name,
  },
  table: {
    description: "Name of the table",
    value: (_, { row }) => row.table.name,
  },
  database_color: {
    description: "Colour of the database: six hex digits",
    value: (_, { row }) => databaseColor(row.database),
  },
  private: {
    description: "Whether only some may see this; never true of what you see",
    value: () => false,
  },
  foreign_key_tables: {
    description: "Tables that refer to this row, with counts and links",
    value: (_, { references }) => references(),
  },
};

/** @throws HttpError 400 */
export function rowJson(
  context: PageContext,
  row: RowData,
  references: () => ForeignKeyTable[],
): JsonBody {
  const { args } = context.request;
  const extras = parseExtras(args);
  checkExtras(extras, Object.keys(ROW_EXTRAS));
  return shapedJson(
    args,
    { columns: row.columns, rows: row.rows, keys: row.keys },
    {
      before: { ok: true, database: row.database.name, table: row.table.name },
      after: {
        primary_keys: row.keys,
        primary_key_values: row.keyValues,
        ...resolveExtras(ROW_EXTRAS, context, { row, references }, extras),
        query_ms: row.duration,
        truncated: false,
      },
    },
  );
}
