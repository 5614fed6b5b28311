import { compareText } from "../../../core/compare-text.ts";
import { listTables } from "../../../core/sqlite/schema.ts";
import { isLike } from "../../queries/like.ts";
import type { SiteDatabase } from "../../site.ts";
import { openDatabase, type PageContext } from "../context.ts";
import { visibleDashboards } from "../dashboard/visible-dashboards.ts";
import { visibility } from "../listed-tables.ts";
import { visibleQueries } from "../query/stored-queries.ts";

/** A place to jump to, under the names that the JSON API has. */
export interface JumpItem {
  name: string;
  url: string;
  type: "database" | "table" | "view" | "query" | "dashboard";
  description: null;
}

const TYPE_ORDER = { database: 0, table: 1, view: 2, query: 3, dashboard: 4 };
const MAXIMUM = 100;

/** Databases, tables, views and queries whose name contains the words in their order, the closest first. */
export async function jumpItems(
  context: PageContext,
  text: string,
): Promise<{ matches: JumpItem[]; truncated: boolean }> {
  const { site, visitor } = context;
  const items: JumpItem[] = [];
  const pattern = `%${text.split(/\s+/).join("%")}%`;
  const add = (type: JumpItem["type"], database: string, name: string | null, url: string) => {
    if (!isLike(name === null ? database : `${database} ${name}`, pattern)) return;
    items.push({
      name: name === null ? database : `${database}: ${name}`,
      url,
      type,
      description: null,
    });
  };
  for (const database of site.databases) {
    const { name } = database;
    if (visitor.mayViewDatabase(name)) add("database", name, null, context.links.database(name));
    const { tables, views } = await tablesAndViews(context, database);
    const isVisible = await visibility(context, database);
    for (const [type, list] of [["table", tables] as const, ["view", views] as const]) {
      for (const each of list) {
        if (isVisible(each)) {
          add(type, name, each, context.links.table(name, each));
        }
      }
    }
    for (const dashboard of visibleDashboards(context, name)) {
      add("dashboard", name, dashboard.title, dashboard.href);
    }
    for (const { query } of visibleQueries(context, [name])) {
      add("query", name, query.name, context.links.table(name, query.name));
    }
  }
  items.sort(
    (a, b) =>
      distance(a, text) - distance(b, text) ||
      TYPE_ORDER[a.type] - TYPE_ORDER[b.type] ||
      [...a.name].length - [...b.name].length ||
      compareText(a.name, b.name),
  );
  return { matches: items.slice(0, MAXIMUM), truncated: items.length > MAXIMUM };
}

/** From the published inspection where there is one: a database need not be fetched for this. */
async function tablesAndViews(
  context: PageContext,
  database: SiteDatabase,
): Promise<{ tables: string[]; views: string[] }> {
  if (database.inspection !== null) {
    return {
      tables: database.inspection.tables.map(({ name }) => name),
      views: database.inspection.views.map(({ name }) => name),
    };
  }
  return listTables((await openDatabase(context, database.name)).connection);
}

function distance({ name }: JumpItem, text: string): number {
  const lower = name.toLowerCase();
  const wanted = text.toLowerCase();
  if (lower === wanted) return 0;
  return lower.startsWith(wanted) ? 1 : 2;
}
