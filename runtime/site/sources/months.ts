/**
 * Events of several months are databases of their own: `events-2026-10`, `events-2026-11`. What they have in
 * common: one configuration, and in `_memory` a view of each table over all months. Pure.
 */
import type { DatabaseConfig } from "../../core/config/config-types.ts";
import { NO_TABLE_CONFIG } from "../../core/config/no-config.ts";
import type { SiteConfig } from "../../core/config/site-config.ts";
import { baseOf } from "../../core/format/collection.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { asciiLower, quoteAlways } from "../../core/names.ts";
import type { AttachedView } from "../../core/sqlite/open-database.ts";
import type { Visitor } from "../visitor.ts";

type Published = Pick<ManifestDatabase, "name" | "origin" | "inspection">;

function isMonth({ name, origin }: Published): boolean {
  return origin === "collect" && baseOf(name) !== name;
}

/**
 * What is configured for `events` holds for its months: a month to come cannot be named beforehand. Who may
 * see a table may see those of its lists (`orders__items`), and nobody else, unless they are configured
 * themselves.
 */
export function configOfEvents(config: SiteConfig, databases: readonly Published[]): SiteConfig {
  const ofEvents = databases.filter(({ origin }) => origin === "collect");
  const configs = ofEvents.flatMap(({ name, inspection }) => {
    const shared = alike(config.databases, baseOf(name)) ?? alike(config.databases, name);
    return shared === undefined ? [] : [[name, withLists(shared, inspection)] as const];
  });
  if (configs.length === 0) return config;
  return { ...config, databases: new Map([...config.databases, ...configs]) };
}

function withLists(config: DatabaseConfig, { tables }: Inspection): DatabaseConfig {
  const lists = tables.flatMap(({ name }) => {
    if (alike(config.tables, name) !== undefined) return [];
    const parts = name.split("__");
    const parents = parts.map((_, at) => parts.slice(0, at).join("__")).reverse();
    const parent = parents.flatMap((each) => alike(config.tables, each) ?? [])[0];
    if (parent === undefined) return [];
    const { allow, permissions } = parent;
    return [[name, { ...NO_TABLE_CONFIG, allow, permissions }] as const];
  });
  return { ...config, tables: new Map([...config.tables, ...lists]) };
}

/** By the name itself, else by one that is the same to SQLite. */
function alike<T>(map: ReadonlyMap<string, T>, name: string): T | undefined {
  const exact = map.get(name);
  if (exact !== undefined) return exact;
  return [...map].find(([key]) => asciiLower(key) === asciiLower(name))?.[1];
}

/** Months come last, the newest first: not all of many can be attached at once. */
export function inAttachOrder<T extends { name: string }>(
  attached: readonly T[],
  databases: readonly Published[],
): T[] {
  const months = new Set(databases.filter(isMonth).map(({ name }) => name));
  return [
    ...attached.filter(({ name }) => !months.has(name)),
    ...attached.filter(({ name }) => months.has(name)).sort((a, b) => (a.name < b.name ? 1 : -1)),
  ];
}

/**
 * A view of each table (`events__orders`) over those of its databases that are in `attached`, as far as visitors may see it. A
 * column that a month does not have is NULL there.
 */
export function viewsOverMonths(
  databases: readonly Published[],
  attached: ReadonlySet<string>,
  visitor: Visitor,
): AttachedView[] {
  const bases = new Set(databases.filter(isMonth).map(({ name }) => baseOf(name)));
  return [...bases].flatMap((base) => {
    const ours = databases
      .filter(({ name, origin }) => origin === "collect" && baseOf(name) === base)
      .filter(({ name }) => attached.has(name))
      .sort((a, b) => (a.name < b.name ? 1 : -1));
    const tables = new Set(
      ours.flatMap(({ inspection }) =>
        inspection.tables.filter(({ hidden }) => !hidden).map(({ name }) => name),
      ),
    );
    return [...tables].flatMap((table) => {
      const parts = ours.filter(({ name }) => visitor.mayViewTable(name, table));
      const sql = unionOf(table, parts);
      return sql === null ? [] : { name: `${base}__${table}`, sql };
    });
  });
}

/** Null when none of them has the table. */
function unionOf(table: string, databases: readonly Published[]): string | null {
  const parts = databases.flatMap(({ name, inspection }) => {
    const found = inspection.tables.find((each) => each.name === table);
    return found === undefined ? [] : { name, columns: new Set(found.columns) };
  });
  if (parts.length === 0) return null;
  const columns = [...new Set(parts.flatMap((part) => [...part.columns]))];
  return parts
    .map((part) => {
      const values = columns.map((column) =>
        part.columns.has(column) ? `t.${quoteAlways(column)}` : `NULL AS ${quoteAlways(column)}`,
      );
      return `SELECT ${values.join(", ")} FROM ${quoteAlways(part.name)}.${quoteAlways(table)} AS t`;
    })
    .join(" UNION ALL ");
}
