import type { TableSummary } from "../../../core/format/column-summary.ts";
import { columnSummaries } from "../../pages/columns/column-summaries.ts";
import { databaseColor } from "../../pages/database-color.ts";
import { hiddenArguments } from "../../pages/table/hidden-arguments.ts";
import type { TableData } from "../../pages/table/table-data.ts";
import type { TableDetails } from "../../pages/table/table-details.ts";
import { columnTypesOf } from "../../queries/column-types.ts";
import { cssClass } from "../css-class.ts";
import { debugExtra, type Extras, extrasExtra, requestExtra } from "./extras.ts";
import { facetJson, facetResultsJson } from "./facets-json.ts";
import { parametersJson } from "./json.ts";
import { renderedCells } from "./render-cell.ts";
import { columnDetailsJson, displayColumnsJson, tableMetadataJson } from "./table-parts.ts";

/** null where looking took too long. */
function summariesJson(summary: TableSummary | null): Record<string, unknown> | null {
  return summary && { sample: summary.sample, columns: summary.columns };
}

export interface TableAndDetails {
  data: TableData;
  details: TableDetails;
}

/** The blocks of a table or view. */
export const TABLE_EXTRAS: Extras<TableAndDetails> = {
  count: {
    description: "How many rows match the filters, over all pages",
    value: (_, { details }) => details.count?.rows ?? null,
  },
  count_truncated: {
    description: "True when counting stopped at its limit: there are at least this many",
    value: (_, { details }) => details.count?.truncated ?? false,
  },
  count_sql: {
    description: "The SQL that counts the rows",
    value: (_, { data }) => data.query.countSql,
  },
  facet_results: {
    description: "The facets of these rows, and the names of those that took too long",
    value: (_, { details }) => facetResultsJson(details.facets),
  },
  facets_timed_out: {
    description: "Names of the facets that took too long",
    value: (_, { details }) => details.facets.timedOut,
  },
  suggested_facets: {
    description: "Facets that might be of interest",
    value: (_, { details }) => details.suggestedFacets,
  },
  human_description_en: {
    description: "The filters and the order, in English",
    value: (_, { details }) => details.humanDescription,
  },
  columns: {
    description: "Names of the columns returned",
    value: (_, { data }) => data.columns,
  },
  all_columns: {
    description: "Names of all columns of the table",
    value: (_, { data }) => data.table.columnNames,
  },
  primary_keys: {
    description: "Names of the columns of the primary key; empty without one",
    value: (_, { data }) => data.table.primaryKeys,
  },
  column_details: {
    description: "What the schema says of each column",
    value: (_, { data }) => columnDetailsJson(data.table.columns),
  },
  column_summaries: {
    isOurs: true,
    description: "What the values of each column are like, in all rows or in a sample of them",
    value: (context, { data }) => summariesJson(columnSummaries(context, data)),
  },
  display_columns: {
    description: "What the HTML table shows of each column",
    value: (_, { data }) => displayColumnsJson(data),
  },
  render_cell: {
    description: "The HTML of cells whose column type gives them a look of their own",
    value: (_, { data }) =>
      renderedCells(data.columns, data.rows, columnTypesOf(data.table, data.tableConfig)),
  },
  debug: debugExtra(({ request }, { data }) => ({
    resolved: { database: data.database.name, table: data.table.name, is_view: data.table.isView },
    nofacet: request.args.get("_nofacet") ?? null,
    nosuggest: request.args.get("_nosuggest") ?? null,
  })),
  request: requestExtra(),
  query: {
    description: "The SQL of this page and its parameters",
    value: (_, { data }) => ({
      sql: data.query.sql,
      params: parametersJson(data.query.parameters),
    }),
  },
  column_types: {
    description: "The configured types of columns",
    value: (_, { data }) => Object.fromEntries(columnTypesOf(data.table, data.tableConfig)),
  },
  set_column_type_ui: {
    description: "Always null: column types are set in the configuration",
    value: () => null,
  },
  metadata: {
    description: "Metadata of the table, with the descriptions of its columns",
    value: (_, { data }) => tableMetadataJson(data.tableConfig),
  },
  extras: extrasExtra(() => TABLE_EXTRAS),
  database: {
    description: "Name of the database",
    value: (_, { data }) => data.database.name,
  },
  table: {
    description: "Name of the table",
    value: (_, { data }) => data.table.name,
  },
  database_color: {
    description: "Colour of the database: six hex digits",
    value: (_, { data }) => databaseColor(data.database),
  },
  renderers: {
    description: "Links to these rows in other formats",
    value: ({ request }, { data }) => ({
      json: request.inFormat("json", data.table.foreignKeys.length > 0 ? [["_labels", "on"]] : []),
    }),
  },
  custom_table_templates: {
    description: "Names that Datasette gives the template of this table",
    value: (_, { data }) => {
      const name = `${cssClass(data.database.name)}-${cssClass(data.table.name)}.html`;
      return [`_table-${name}`, `_table-table-${name}`, "_table.html"];
    },
  },
  sorted_facet_results: {
    description: "The facets in the order in which the page shows them",
    value: (_, { details }) => details.sortedFacets.map(facetJson),
  },
  table_definition: {
    description: "The SQL that made the table",
    value: (_, { details }) => details.definition("table"),
  },
  view_definition: {
    description: "The SQL that made the view",
    value: (_, { details }) => details.definition("view"),
  },
  is_view: {
    description: "Whether this is a view",
    value: (_, { data }) => data.table.isView,
  },
  private: {
    description: "Whether only some may see this; never true of what you see",
    value: () => false,
  },
  expandable_columns: {
    description: "Foreign keys, each with the label column of the table it refers to",
    value: (_, { details }) =>
      details.labelColumns.map(({ column, otherTable, otherColumn, label }) => [
        { column, other_table: otherTable, other_column: otherColumn },
        label,
      ]),
  },
  form_hidden_args: {
    description: "Options that the filter form keeps in hidden fields",
    value: ({ request }) => hiddenArguments(request.args),
  },
};
