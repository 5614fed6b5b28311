/** Whether the names in the configuration are those of databases, tables and columns. */
import type { SiteConfig } from "../runtime/core/config/site-config.ts";
import { type NamedDatabase, unknownNames } from "../runtime/core/config/unknown-names.ts";
import { DslError } from "../runtime/core/dsl-error.ts";
import type { Inspection } from "../runtime/core/format/inspection.ts";

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
