import { redactSecrets } from "../../core/config/redact.ts";
import type { PageContext } from "./context.ts";
import { visibility } from "./listed-tables.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** The configuration without secrets, and without databases, tables and queries that are private. */
export async function visibleConfig(context: PageContext): Promise<Mapping> {
  const { databases, ...rest } = redactSecrets(context.config.document) as Mapping;
  if (!isMapping(databases)) return databases === undefined ? rest : { ...rest, databases };
  const visible: [string, unknown][] = [];
  for (const [name, config] of Object.entries(databases)) {
    const shown = isMapping(config) ? await visibleDatabase(context, name, config) : {};
    const isShown = context.visitor.mayViewDatabase(name) || isAnyIn(shown);
    if (isShown) visible.push([name, isMapping(config) ? shown : config]);
  }
  // In its own place among the others.
  return { ...context.config.document, ...rest, databases: Object.fromEntries(visible) };
}

async function visibleDatabase(
  context: PageContext,
  name: string,
  config: Mapping,
): Promise<Mapping> {
  const { site, visitor } = context;
  const database = site.databases.find((candidate) => candidate.name === name);
  const isVisible = database === undefined ? () => true : await visibility(context, database);
  const isTableKept = (table: string) => visitor.mayViewTable(name, table) && isVisible(table);
  const kept: Record<string, (member: string) => boolean> = {
    tables: isTableKept,
    queries: (query) => visitor.mayViewQuery(name, query),
  };
  const visible = Object.entries(config).map(([key, value]) => {
    if (key === "dashboards" && isMapping(value)) {
      const shown = only(value, (dashboard) => visitor.mayViewDashboard(name, dashboard));
      const parts = withParts(shown, (part) => isPartKept(kept, part));
      return [key, parts];
    }
    if (key === "table_order" && Array.isArray(value)) return [key, value.filter(isTableKept)];
    const isKept = kept[key];
    return [key, isKept && isMapping(value) ? only(value, isKept) : value];
  });
  return Object.fromEntries(visible);
}

/** Dashboards without the parts that are of something private. */
function withParts(dashboards: Mapping, isKept: (part: unknown) => boolean): Mapping {
  return Object.fromEntries(
    Object.entries(dashboards).map(([name, dashboard]) => {
      if (!isMapping(dashboard) || !Array.isArray(dashboard.parts)) return [name, dashboard];
      return [name, { ...dashboard, parts: dashboard.parts.filter(isKept) }];
    }),
  );
}

function isPartKept(kept: Record<string, (member: string) => boolean>, part: unknown): boolean {
  if (!isMapping(part)) return false;
  const { table, query } = part;
  if (typeof table === "string") return kept.tables!(table);
  return typeof query !== "string" || kept.queries!(query);
}

function only(mapping: Mapping, isKept: (key: string) => boolean): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([key]) => isKept(key)));
}

function isAnyIn({ tables, queries }: Mapping): boolean {
  return [tables, queries].some((each) => isMapping(each) && Object.keys(each).length > 0);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
