import { compareText } from "../../../core/compare-text.ts";
import type { TableForeignKeys } from "../../../core/sqlite/foreign-keys.ts";
import type { SiteDatabase } from "../../site.ts";
import { databaseConfig, type PageContext } from "../context.ts";
import { databaseColor } from "../database-color.ts";
import { foreignKeysOf, type ListedTable, listDatabase } from "../listed-tables.ts";
import { refreshedOf } from "../refreshed.ts";
import type { DatabaseSummary, IndexEntry, IndexPage } from "./index-page-type.ts";
import { visibleLoads } from "./loads-page.ts";

/** Tables and views that the front page names, per database. */
const ENTRIES_SHOWN = 5;
/** Milliseconds that counting one table may take here. */
const COUNT_TIME = 10;
/** Mutable databases larger than this are not counted here. Bytes. */
const COUNTED_SIZE = 100 * 1024 * 1024;

export async function indexPage(context: PageContext): Promise<IndexPage> {
  const { site, visitor, config } = context;
  const visible = site.databases
    .filter(({ name }) => visitor.mayViewDatabase(name))
    .sort((a, b) => compareText(a.name, b.name));
  const databases: DatabaseSummary[] = [];
  for (const database of visible) databases.push(await summarize(context, database));
  // Datasette's own default, where there is no name to take.
  const title = config.metadata.title || site.name || "Datasette";
  const loadsHref = visibleLoads(context).length > 0 ? context.links.path("/-/loads") : null;
  const hasSearch = databases.some((database) => database.hasSearch);
  return { title, metadata: config.metadata, databases, hasSearch, loadsHref };
}

async function summarize(context: PageContext, database: SiteDatabase): Promise<DatabaseSummary> {
  const { links, request } = context;
  const { tables, views } = await listDatabase(context, database, COUNT_TIME);
  const isCounted = !database.isMutable || database.size < COUNTED_SIZE;
  const hasCounts = isCounted && tables.length > 0 && tables.every(({ count }) => count !== null);
  const foreignKeys =
    request.args.get("_sort") === "relationships" || !hasCounts
      ? await foreignKeysOf(context, database)
      : null;
  const shown = tables.filter((table) => !table.hidden);
  const hidden = tables.filter((table) => table.hidden);
  const sum = (counted: ListedTable[]) =>
    hasCounts ? counted.reduce((total, { count }) => total + (count?.rows ?? 0), 0) : 0;
  const entries: IndexEntry[] = shown
    .map((table) => ({
      kind: "table" as const,
      name: table.name,
      href: links.table(database.name, table.name),
      columns: table.columns,
      primaryKeys: table.primaryKeys,
      count: hasCounts ? (table.count?.rows ?? null) : null,
      ftsTable: table.ftsTable,
      relationships: relationships(foreignKeys?.get(table.name)),
    }))
    .sort(
      (a, b) =>
        b.relationships - a.relationships ||
        (b.count ?? 0) - (a.count ?? 0) ||
        compareText(b.name, a.name),
    );
  const viewEntries = views.map((name) => ({
    kind: "view" as const,
    name,
    href: links.table(database.name, name),
  }));
  return {
    name: database.name,
    title: databaseConfig(context.config, database.name).metadata.title || null,
    href: links.database(database.name),
    color: databaseColor(database),
    size: database.size,
    hash: database.sha256,
    tablesAndViews: [...entries, ...viewEntries].slice(0, ENTRIES_SHOWN),
    hasMore: entries.length + viewEntries.length > ENTRIES_SHOWN,
    tableCount: shown.length,
    rowSum: sum(shown),
    hasCounts,
    hasMoreRows: tables.some(({ count }) => count?.truncated ?? false),
    hiddenTableCount: hidden.length,
    hiddenRowSum: sum(hidden),
    viewCount: views.length,
    hasSearch: shown.some(({ ftsTable }) => ftsTable !== null),
    refreshed: refreshedOf(context, database),
  };
}

function relationships(keys: TableForeignKeys | undefined): number {
  return keys === undefined ? 0 : keys.incoming.length + keys.outgoing.length;
}
