/** One page of each kind with `text()` in every place where a name or a value can be. */
import { tildeEncode } from "../../../../../runtime/core/names.ts";
import type { Layout } from "../../../../../runtime/site/pages/layout.ts";
import {
  errorHtml,
  jsonHtml,
  schemaHtml,
} from "../../../../../runtime/site/views/html/other-pages.ts";
import { queryListHtml } from "../../../../../runtime/site/views/html/query-list-page.ts";
import { queryHtml } from "../../../../../runtime/site/views/html/query-page.ts";
import { rowHtml } from "../../../../../runtime/site/views/html/row-page.ts";
import { tableHtml } from "../../../../../runtime/site/views/html/table-page.ts";
import { databasePage, indexPage, loadsPage } from "./sample-lists.ts";
import {
  column,
  columns,
  href,
  metadata,
  oneRow,
  queryConfig,
  querySummary,
  sampleLayout,
  sampleSharing,
} from "./sample-parts.ts";

export function samplePages(text: () => string): Record<string, string> {
  const layout = sampleLayout(text);
  return {
    index: indexPage(text, layout),
    "index of one database": indexPage(text, layout, true),
    loads: loadsPage(text, layout),
    database: databasePage(text, layout),
    table: tablePage(text, layout),
    row: rowPage(text, layout),
    query: queryPage(text, layout, { error: null, editable: true }),
    "query with an error": queryPage(text, layout, {
      error: `near "${text()}": syntax error`,
      editable: true,
    }),
    "configured query": queryPage(text, layout, { error: text(), editable: false }),
    "list of queries": queryListHtml(
      {
        database: text(),
        databaseColor: "abcdef",
        queries: [querySummary(text)],
        search: text(),
        count: 1,
        limit: 20,
        next: text(),
        nextHref: href(text),
        path: href(text),
        readOnlyCount: 1,
        writableCount: 0,
        isWrite: null,
        isPrivate: null,
      },
      layout,
    ),
    json: jsonHtml({ title: text(), data: { [text()]: text() } }, layout),
    schema: schemaHtml(
      {
        database: null,
        table: null,
        schemas: [{ database: text(), schema: `create table ${text()}` }],
      },
      layout,
    ),
    error: errorHtml({ status: 400, title: text(), message: text(), sql: text() }, layout),
  };
}

function tablePage(text: () => string, layout: Layout): string {
  const field = { name: text(), value: text() };
  const facet = {
    name: text(),
    type: "array" as const,
    hideable: true,
    toggle_url: href(text),
    results: [true, false].map((selected) => ({
      value: text(),
      label: text(),
      count: 3n,
      toggle_url: href(text),
      selected,
    })),
    truncated: true,
    moreHref: href(text),
  };
  return tableHtml(
    {
      database: text(),
      databaseColor: "abcdef",
      table: text(),
      isView: false,
      metadata: metadata(text),
      columnsHref: href(text),
      previousHref: href(text),
      firstRow: 101,
      filterChips: { chips: [{ text: text(), removeHref: href(text) }], clearHref: href(text) },
      columnDescriptions: [{ name: text(), description: text() }],
      count: 10_001,
      countTruncated: true,
      countAllHref: href(text),
      humanDescription: `where ${text()} = "${text()}"`,
      columns: [column(text, { isLink: true, sortHref: null }), ...columns(text)],
      rows: oneRow(text),
      tableHref: `/db/${tildeEncode(text())}`,
      primaryKeys: [text(), text()],
      allColumns: [text()],
      isShortened: true,
      nextHref: href(text),
      search: { text: text(), ftsTable: text() },
      ignoredSearch: text(),
      filterForm: {
        action: href(text),
        selections: [{ column: text(), lookup: "exact", value: text() }],
        columns: [text()],
        lookups: [{ key: text(), display: text(), noArgument: true }],
        sortColumns: [text()],
        sort: text(),
        sortDescending: true,
        hiddenFields: [field],
      },
      extraWheres: [{ sql: text(), removeHref: href(text) }],
      viewAndEditSql: { href: href(text), sql: text() },
      facets: [facet],
      facetsTimedOut: [text()],
      suggestedFacets: [{ name: text(), type: "date", toggle_url: href(text) }],
      allowFacet: true,
      ...sampleSharing(text),
      exports: {
        json: href(text),
        csv: href(text),
        files: { xlsx: href(text), parquet: href(text) },
        shapes: {
          default: href(text),
          array: href(text),
          newlineDelimited: href(text),
          object: href(text),
        },
        csvForm: {
          action: href(text),
          hiddenFields: [field],
          rows: { count: 1000, isExact: false },
          labels: true,
          stream: true,
          streamHref: href(text),
        },
      },
      definition: text(),
    },
    layout,
  ).html;
}

function rowPage(text: () => string, layout: Layout): string {
  return rowHtml(
    {
      database: text(),
      databaseColor: "abcdef",
      table: text(),
      primaryKeys: [text()],
      primaryKeyValues: [text(), text()],
      metadata: metadata(text),
      columns: columns(text),
      rows: oneRow(text),
      foreignKeyTables: [
        { other_table: text(), other_column: text(), column: text(), count: 2n, link: href(text) },
      ],
      label: text(),
      previousHref: href(text),
      nextHref: href(text),
      relatedRows: [
        {
          table: text(),
          column: text(),
          count: 7,
          href: href(text),
          tableHref: href(text),
          columns: columns(text),
          hasKeyColumn: true,
          rows: oneRow(text),
        },
      ],
      exports: { json: href(text) },
    },
    layout,
  );
}

function queryPage(
  text: () => string,
  layout: Layout,
  { error, editable }: { error: string | null; editable: boolean },
): string {
  return queryHtml(
    {
      database: text(),
      databaseColor: "abcdef",
      query: editable ? null : queryConfig(text),
      metadata: metadata(text),
      sql: text(),
      exampleSql: text(),
      action: href(text),
      parameters: [{ name: text(), value: text() }],
      allowExecuteSql: true,
      hideSql: false,
      showHide: { href: href(text), text: "hide", hiddenField: text() },
      editSqlHref: href(text),
      isWrite: false,
      refusal: null,
      error,
      columns: columns(text).map(({ name }) => ({ name, sorted: "asc", sortArgument: "_sort" })),
      rows: error === null ? oneRow(text) : { ...oneRow(text), length: 0 },
      truncated: true,
      duration: 12.3,
      ...sampleSharing(text),
      exports: {
        json: href(text),
        csv: href(text),
        allCsv: href(text),
        files: { xlsx: href(text), parquet: href(text) },
      },
      tableColumns: {},
    },
    layout,
  );
}
