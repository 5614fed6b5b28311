import { definitionOf } from "../../../core/sqlite/definition.ts";
import { anyFtsTableOf } from "../../../core/sqlite/fts-table.ts";
import { valueText } from "../../../core/sqlite/values.ts";
import { withMore } from "../../links.ts";
import { sortableColumns } from "../../parameters/table-parameters.ts";
import { OPERATORS } from "../../queries/filters.ts";
import { coordinateColumns } from "../../queries/position-columns.ts";
import { searchTable } from "../../queries/where.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import { RowDisplay } from "../cells.ts";
import { chartLinks } from "../chart-links.ts";
import type { PageContext } from "../context.ts";
import { mayRunSql } from "../custom-sql.ts";
import { databaseColor } from "../database-color.ts";
import { displayColumns } from "../display-columns.ts";
import { LINK_COLUMN } from "../link-column.ts";
import { sharingOf } from "../share.ts";
import type { SortableColumn } from "../types.ts";
import { filterChips } from "./filter-chips.ts";
import { hiddenArguments } from "./hidden-arguments.ts";
import { pagePosition } from "./page-position.ts";
import { searchMarks } from "./search-marks.ts";
import type { TableData } from "./table-data.ts";
import { TableDetails } from "./table-details.ts";
import { tableExports } from "./table-exports.ts";
import type { FilterForm, TablePage, TableSearch } from "./table-page-type.ts";

/**
 * Everything the HTML page says about these rows.
 * @param isShortened whether there are fewer of them than were asked for
 */
export function tablePage(context: PageContext, data: TableData, isShortened = false): TablePage {
  const { request, links, config } = context;
  const { database, table, tableConfig, connection, parameters, query } = data;
  const details = new TableDetails(context, data);
  const columns = pageColumns(context, data);
  const shown = columns.filter(({ isLink }) => !isLink).map(({ name }) => name);
  const mayRun = mayRunSql(context, data);
  const count = details.count;
  const position = pagePosition(context, data);
  return {
    database: database.name,
    databaseColor: databaseColor(database),
    table: table.name,
    isView: table.isView,
    metadata: tableConfig.metadata,
    columnDescriptions: [...tableConfig.columnDescriptions].map(([name, description]) => ({
      name,
      description,
    })),
    count: count?.rows ?? null,
    countTruncated: count?.truncated ?? false,
    countAllHref:
      count?.truncated && mayRun
        ? links.customQuery(database.name, encodePairs([["sql", query.countSql]]))
        : null,
    humanDescription: details.humanDescription,
    columnsHref: links.columns(
      database.name,
      table.name,
      encodePairs(request.args.pairsWithout(["_next"])),
    ),
    columns,
    rows: new RowDisplay(
      context,
      data,
      data.rows,
      data.columns,
      shown,
      data.labels,
      searchMarks(data),
    ),
    tableHref: links.table(database.name, table.name),
    primaryKeys: table.primaryKeys,
    allColumns: table.columnNames,
    isShortened,
    nextHref: data.nextUrl,
    previousHref: position.previousHref,
    firstRow: position.first,
    filterChips: filterChips(context, data),
    search: tableSearch(context, data),
    ignoredSearch: ignoredSearch(data),
    filterForm: filterForm(context, data, columns),
    extraWheres: parameters.wheres.map((sql) => ({
      sql,
      removeHref: request.withoutPair(["_where", sql]),
    })),
    viewAndEditSql: mayRun ? { href: editSqlHref(context, data), sql: query.sql } : null,
    facets: details.sortedFacets.map((facet) => ({
      ...facet,
      moreHref:
        facet.truncated && request.args.get("_facet_size") !== "max"
          ? request.fromFirstPage().replacing(["_facet_size", "max"])
          : null,
    })),
    facetsTimedOut: details.facets.timedOut,
    suggestedFacets: details.suggestedFacets,
    allowFacet: config.settings.allow_facet,
    sharing: sharingOf(
      context,
      database.name,
      tableConfig.metadata.title || table.name,
      tableConfig.metadata,
      coordinateColumns(data.columns) !== null,
    ),
    charts: chartLinks(request.fromFirstPage().without("_embed"), tableConfig.charts),
    exports: tableExports(context, data, count),
    definition: definitionOf(connection, table.name, table.isView ? "view" : "table"),
  };
}

/** The columns in the order of the page: the one that links to the row comes first. */
function pageColumns(context: PageContext, data: TableData): SortableColumn[] {
  const { table, tableConfig } = data;
  const sortable = sortableColumns(table, tableConfig);
  const onlyKey = table.primaryKeys.length === 1 ? table.primaryKeys[0]! : null;
  const sorted = currentSort(data);
  const sortBy = sortLinks(context);
  const columns = displayColumns(
    data,
    data.columns,
    (name) => name === onlyKey || sortable.has(name),
  ).map((column): SortableColumn => {
    const isSorted = sorted?.column === column.name;
    const order = sorted?.descending ? "desc" : "asc";
    return {
      ...column,
      isLink: false,
      sorted: isSorted ? order : null,
      sortHref: column.sortable ? sortBy(column.name, isSorted && order === "asc") : null,
    };
  });
  if (table.isView) return columns;
  if (onlyKey === null) return [LINK_COLUMN, ...columns];
  const key = columns.find(({ name }) => name === onlyKey);
  return key ? [key, ...columns.filter((column) => column !== key)] : columns;
}

/** What the rows are sorted by: what was asked for, else the key where it is one column. */
function currentSort({
  parameters,
  table,
}: TableData): { column: string; descending: boolean } | null {
  if (parameters.sort !== null) return parameters.sort;
  if (table.usesRowid) return { column: "rowid", descending: false };
  const [key] = table.primaryKeys;
  return key !== undefined && table.primaryKeys.length === 1
    ? { column: key, descending: false }
    : null;
}

/** Links to the same rows, from the first one on, sorted by a column. */
function sortLinks({ request }: PageContext): (column: string, descending: boolean) => string {
  const unsorted = request.without("_sort", "_sort_desc", "_next");
  return (column, descending) =>
    withMore(unsorted, encodePairs([[descending ? "_sort_desc" : "_sort", column]]));
}

function tableSearch({ visitor }: PageContext, data: TableData): TableSearch | null {
  const { connection, database, table, tableConfig, parameters } = data;
  const { text, columns } = parameters.search;
  const shown = text ?? columns.at(-1)?.text ?? "";
  if (searchTable(connection, table, tableConfig, parameters) !== null) {
    return { text: shown, ftsTable: null };
  }
  const ftsTable = anyFtsTableOf(connection, table.name);
  if (ftsTable === null || !visitor.mayViewTable(database.name, ftsTable)) return null;
  return { text: shown, ftsTable };
}

function ignoredSearch({ connection, table, tableConfig, parameters }: TableData): string | null {
  const { text, columns } = parameters.search;
  const asked = text ?? columns.at(-1)?.text ?? null;
  const isSearched = searchTable(connection, table, tableConfig, parameters) !== null;
  return isSearched ? null : asked;
}

function filterForm(
  { request, links }: PageContext,
  data: TableData,
  columns: readonly SortableColumn[],
): FilterForm {
  const { database, table, parameters } = data;
  const sorted = currentSort(data);
  return {
    action: links.table(database.name, table.name),
    selections: parameters.filters,
    columns: [
      ...data.columns,
      ...table.columnNames.filter((column) => !data.columns.includes(column)),
    ],
    lookups: OPERATORS,
    sortColumns: columns.filter(({ sortable }) => sortable).map(({ name }) => name),
    sort: sorted?.column ?? null,
    sortDescending: sorted?.descending ?? false,
    hiddenFields: hiddenArguments(request.args).map(([name, value]) => ({ name, value })),
  };
}

function editSqlHref({ links }: PageContext, { database, query }: TableData): string {
  const parameters = Object.entries(query.parameters).map(
    ([name, value]): Pair => [name, valueText(value)],
  );
  return links.database(database.name, encodePairs([["sql", query.sql], ...parameters]));
}
