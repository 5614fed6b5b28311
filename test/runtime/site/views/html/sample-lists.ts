/** The pages that list things, with `text()` in every place where a name or a value can be. */
import type { DatabasePage } from "../../../../../runtime/site/pages/database/database-page-type.ts";
import type { ListedLoad } from "../../../../../runtime/site/pages/instance/loads-page.ts";
import type { Layout } from "../../../../../runtime/site/pages/layout.ts";
import { databaseHtml } from "../../../../../runtime/site/views/html/database-page.ts";
import { indexHtml } from "../../../../../runtime/site/views/html/index-page.ts";
import { loadsHtml } from "../../../../../runtime/site/views/html/loads-page.ts";
import { href, metadata, querySummary } from "./sample-parts.ts";

export function indexPage(text: () => string, layout: Layout, only = false): string {
  const table = {
    kind: "table" as const,
    name: text(),
    href: href(text),
    columns: [text()],
    primaryKeys: [text()],
    count: 3,
    ftsTable: null,
    relationships: 0,
  };
  const database = {
    name: text(),
    title: text(),
    href: href(text),
    color: "abcdef",
    size: 4096,
    hash: null,
    tablesAndViews: [table, { kind: "view" as const, name: text(), href: href(text) }],
    hasMore: true,
    tableCount: 3,
    rowSum: 12_345,
    hasCounts: true,
    hasMoreRows: true,
    hiddenTableCount: 1,
    hiddenRowSum: 2,
    viewCount: 1,
    hasSearch: true,
    refreshed: refreshed(text),
  };
  const page = {
    title: text(),
    metadata: metadata(text),
    databases: [database],
    hasSearch: true,
    loadsHref: href(text),
  };
  return indexHtml(page, only ? sampleDatabase(text) : null, layout);
}

function refreshed(text: () => string) {
  return { at: "2026-11-21T12:00:00.000Z", source: text() };
}

export function loadsPage(text: () => string, layout: Layout): string {
  const column = { name: text(), type: text(), empty: 3, dates: text() };
  const table = {
    table: text(),
    format: text(),
    mode: "append",
    rows: 12_345,
    columnCount: 30,
    columns: [column, column],
    warnings: [text()],
  };
  const load: ListedLoad = {
    id: "1",
    source: text(),
    status: "failed",
    at: "2026-11-21T12:00:00.000Z",
    milliseconds: 1200,
    size: 4096,
    database: text(),
    version: 3,
    tables: [table],
    warnings: [text()],
    error: { message: text(), hint: text(), line: 7 },
    href: href(text),
  };
  return loadsHtml({ loads: [load, { ...load, href: null, error: null }] }, layout);
}

export function databasePage(text: () => string, layout: Layout): string {
  return databaseHtml(sampleDatabase(text), layout);
}

function sampleDatabase(text: () => string): DatabasePage {
  const table = {
    name: text(),
    href: href(text),
    columns: [text(), text()],
    primaryKeys: [text()],
    count: 1204,
    countTruncated: false,
    hidden: true,
    ftsTable: null,
    foreignKeys: { incoming: [], outgoing: [] },
  };
  return {
    database: text(),
    databaseColor: "abcdef",
    path: href(text),
    size: 123_456,
    metadata: metadata(text),
    refreshed: refreshed(text),
    tables: [{ ...table, hidden: false }, table],
    tableOrder: "name",
    dashboards: [{ name: text(), title: text(), href: href(text) }],
    hiddenCount: 1,
    showHidden: true,
    showHiddenHref: href(text),
    views: [{ name: text(), href: href(text) }],
    queries: [querySummary(text)],
    queriesMore: true,
    queriesCount: 8,
    queriesHref: href(text),
    allowExecuteSql: true,
    sqlOffReason: null,
    customQueryHref: href(text),
    exampleSql: text(),
    tableColumns: { [text()]: [text()] },
    schemaHref: href(text),
    downloadHref: href(text),
    attachedDatabases: [{ name: text(), href: href(text) }],
  };
}
