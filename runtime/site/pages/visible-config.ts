import { redactSecrets } from "../../core/config/redact.ts";
import type { PageContext } from "./context.ts";
import { visibility } from "./listed-tables.ts";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * The configuration without secrets, and without databases, tables and queries that are private. Where readers sign
 * in, without whom it lets in.
 */
export async function visibleConfig(context: PageContext): Promise<Mapping> {
  const { session, config } = context;
  const document = session === null ? config.document : withoutActors(config.document);
  const { databases, ...rest } = redactSecrets(document) as Mapping;
  if (!isMapping(databases)) return databases === undefined ? rest : { ...rest, databases };
  const visible: [string, unknown][] = [];
  for (const [name, config] of Object.entries(databases)) {
    const shown = isMapping(config) ? await visibleDatabase(context, name, config) : {};
    const isShown = context.visitor.mayViewDatabase(name) || isAnyIn(shown);
    if (isShown) visible.push([name, isMapping(config) ? shown : config]);
  }
  // In its own place among the others.
  return { ...config.document, ...rest, databases: Object.fromEntries(visible) };
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

const ALLOW_KEYS = ["allow", "allow_sql"];

/** Addresses and groups of colleagues are nobody's business: `***` stands for them. */
function withoutActors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutActors);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (ALLOW_KEYS.includes(key)) return [key, blockWithoutActors(member)];
      const isPermissions = key === "permissions" && isMapping(member);
      return [key, isPermissions ? mapped(member, blockWithoutActors) : withoutActors(member)];
    }),
  );
}

function blockWithoutActors(block: unknown): unknown {
  const isTelling = (value: unknown) => value !== "*" && typeof value !== "boolean";
  return isMapping(block) ? mapped(block, (value) => (isTelling(value) ? "***" : value)) : block;
}

function mapped(mapping: Mapping, value: (member: unknown) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, member]) => [key, value(member)]));
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
