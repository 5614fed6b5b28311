import { forbidden } from "../../errors.ts";
import { MEMORY_NAME } from "../../site.ts";
import { type OpenDatabase, openDatabase, type PageContext } from "../context.ts";
import { columnsForCompletion, exampleSql, mayRunSql } from "../custom-sql.ts";
import { visibleDashboards } from "../dashboard/visible-dashboards.ts";
import { databaseColor } from "../database-color.ts";
import { foreignKeysOf, listDatabase } from "../listed-tables.ts";
import { visibleQueries } from "../query/stored-queries.ts";
import { refreshedOf } from "../refreshed.ts";
import type { DatabasePage, TableSummary } from "./database-page-type.ts";
import { inOrder } from "./table-order.ts";

/** Configured queries that the page names. */
const QUERIES_SHOWN = 5;
/** Milliseconds that counting one table may take here. */
const COUNT_TIME = 100;

/** @throws HttpError 403, 404 */
export async function databasePage(context: PageContext, name: string): Promise<DatabasePage> {
  const { links, request, visitor, config } = context;
  const open = await openVisibleDatabase(context, name);
  const { database, connection } = open;
  const { tables, views } = await listDatabase(context, database, COUNT_TIME);
  const foreignKeys = await foreignKeysOf(context, database);
  const queries = visibleQueries(context, [name]);
  const allowExecuteSql = mayRunSql(context, open);
  const summaries = tables.map(
    (table): TableSummary => ({
      name: table.name,
      href: links.table(name, table.name),
      columns: table.columns,
      primaryKeys: table.primaryKeys,
      count: table.count?.rows ?? null,
      countTruncated: table.count?.truncated ?? false,
      hidden: table.hidden,
      ftsTable: table.ftsTable,
      foreignKeys: foreignKeys.get(table.name) ?? { incoming: [], outgoing: [] },
    }),
  );
  summaries.sort(inOrder(open.config.tableOrder));
  const hiddenCount = summaries.filter(({ hidden }) => hidden).length;
  const mayDownload =
    config.settings.allow_download &&
    !database.isMutable &&
    name !== MEMORY_NAME &&
    visitor.mayDownload(name) &&
    !connection.privacy.hasPrivate;
  return {
    database: name,
    databaseColor: databaseColor(database),
    path: links.database(name),
    size: database.size,
    metadata: open.config.metadata,
    refreshed: refreshedOf(context, database),
    tables: summaries,
    tableOrder: open.config.tableOrder,
    hiddenCount,
    showHidden: Boolean(request.args.get("_show_hidden")),
    showHiddenHref: links.database(name, "_show_hidden=1"),
    dashboards: visibleDashboards(context, name),
    views: views.map((view) => ({ name: view, href: links.table(name, view) })),
    queries: queries.slice(0, QUERIES_SHOWN),
    queriesMore: queries.length > QUERIES_SHOWN,
    queriesCount: queries.length,
    queriesHref: links.queryList(name),
    allowExecuteSql,
    sqlOffReason: visitor.mayExecuteSql(name) ? connection.visitorSqlRefusal : null,
    customQueryHref: links.customQuery(name),
    exampleSql: exampleSql(summaries),
    tableColumns: allowExecuteSql ? columnsForCompletion(open) : {},
    schemaHref: links.schema(name),
    downloadHref: mayDownload ? links.download(name) : null,
    attachedDatabases: attachedDatabases(context, open),
  };
}

/** @throws HttpError 403, 404 */
export async function openVisibleDatabase(
  context: PageContext,
  name: string,
): Promise<OpenDatabase> {
  // Where nothing may be seen, a missing database must not be told from a hidden one.
  if (!context.visitor.mayViewDatabase(name)) {
    const exists = context.site.databases.some((database) => database.name === name);
    if (exists || context.config.flags.defaultDeny) {
      throw forbidden("You do not have permission to view this database");
    }
  }
  return openDatabase(context, name);
}

function attachedDatabases(
  { links }: PageContext,
  { connection }: OpenDatabase,
): { name: string; href: string }[] {
  return connection
    .readSchema("pragma database_list")
    .map(([, name]) => String(name))
    .filter((name) => name !== "main" && name !== "temp")
    .map((name) => ({
      name,
      href: links.customQuery(name, `sql=select+*+from+[${name}].sqlite_master+where+type='table'`),
    }));
}
