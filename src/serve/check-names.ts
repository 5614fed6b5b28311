import type { DatabaseConfig } from "../../runtime/core/config/config-types.ts";
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import type { NamedDatabase } from "../../runtime/core/config/unknown-names.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { findTable, listTables } from "../../runtime/core/sqlite/schema.ts";
import { databaseUrl, type ServedFile } from "../../runtime/site/sources/files.ts";
import { requireKnownNames, warnOfUnknownNames } from "../config-names.ts";

/**
 * Looks whether the databases, tables and columns that the configuration names are there: throws a
 * DslError for the first that is not; in a directory, which may grow, returns warnings instead.
 */
export function checkNames(
  config: SiteConfig,
  files: readonly ServedFile[],
  nolock: boolean,
  mayGrow: boolean,
): string[] {
  if (config.databases.size === 0) return [];
  const connections: Connection[] = [];
  try {
    const databases = files.map((file): NamedDatabase => {
      // Not opened for a database whose tables nothing names.
      if (!namesTables(config.databases.get(file.name))) {
        return { name: file.name, tables: [], columnsOf: () => null };
      }
      const options = { immutable: !file.isMutable, guardFile: null };
      const connection = new Connection(databaseUrl(file, nolock), options);
      connections.push(connection);
      const { tables, views } = listTables(connection);
      return {
        name: file.name,
        tables: [...tables, ...views],
        columnsOf: (table) => findTable(connection, table)?.columnNames ?? null,
      };
    });
    if (mayGrow) return warnOfUnknownNames(config, databases);
    requireKnownNames(config, databases);
    return [];
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Dashboards and the order of tables name tables, too. */
function namesTables(database: DatabaseConfig | undefined): boolean {
  if (database === undefined) return false;
  const { tables, dashboards, tableOrder } = database;
  return tables.size > 0 || dashboards.size > 0 || typeof tableOrder !== "string";
}
