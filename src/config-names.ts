/** Whether the names in the configuration are those of databases, tables and columns. */
import type { SiteConfig } from "../runtime/core/config/site-config.ts";
import { type NamedDatabase, unknownNames } from "../runtime/core/config/unknown-names.ts";
import { DslError } from "../runtime/core/dsl-error.ts";
import type { Inspection } from "../runtime/core/format/inspection.ts";
import { asciiLower } from "../runtime/core/names.ts";

/** The most warnings about unknown names; that there are more is one warning. */
const WARNINGS = 10;

/** Throws a DslError for the first name in the configuration that nothing has. */
export function requireKnownNames(config: SiteConfig, databases: readonly NamedDatabase[]): void {
  for (const { message, hint } of unknownNames(config, databases)) {
    throw new DslError("unknown_name", message, hint);
  }
}

/** The same as warnings, for names that may come later. */
export function warnOfUnknownNames(
  config: SiteConfig,
  databases: readonly NamedDatabase[],
): string[] {
  const warnings: string[] = [];
  for (const { message, hint } of unknownNames(config, databases)) {
    if (warnings.length === WARNINGS) return [...warnings, "There are more such names"];
    warnings.push(`${message}. ${hint}`);
  }
  return warnings;
}

export function namedIn(name: string, { tables, views }: Inspection): NamedDatabase {
  const columns = new Map([...tables, ...views].map((table) => [table.name, table.columns]));
  return {
    name,
    tables: [...columns.keys()],
    columnsOf: (table) => columns.get(table) ?? null,
  };
}

/**
 * The databases of events as the configuration names them: all months by one name, which is there before the
 * first event. Tables that are not there yet may come, so that they can be denied beforehand.
 */
export function namedInEvents(
  name: string,
  databases: readonly { inspection: Inspection }[],
): NamedDatabase {
  const known = databases.map(({ inspection }) => namedIn(name, inspection));
  return {
    name,
    tables: new Set(known.flatMap(({ tables }) => [...tables])),
    columnsOf: (table) => known.flatMap(({ columnsOf }) => columnsOf(table) ?? []),
  };
}

/** One sentence for each table of events that is configured and not there yet. */
export function tablesToCome(config: SiteConfig, { name, tables }: NamedDatabase): string[] {
  const known = new Set([...tables].map(asciiLower));
  const configured = [...(config.databases.get(name)?.tables.keys() ?? [])];
  return configured
    .filter((table) => !known.has(asciiLower(table)))
    .map((table) => `databases.${name}.tables.${table}: there is no such table yet`);
}
