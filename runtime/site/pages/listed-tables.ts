import { compareText } from "../../core/compare-text.ts";
import { allForeignKeys, type TableForeignKeys } from "../../core/sqlite/foreign-keys.ts";
import { ftsTableOf } from "../../core/sqlite/fts-table.ts";
import { hiddenTables } from "../../core/sqlite/hidden-tables.ts";
import { getTable, listTables } from "../../core/sqlite/schema.ts";
import { type Count, countTable } from "../queries/count.ts";
import type { SiteDatabase } from "../site.ts";
import { databaseConfig, openDatabase, type PageContext, tableConfig } from "./context.ts";

/** A table in a list of tables. */
export interface ListedTable {
  name: string;
  columns: readonly string[];
  primaryKeys: readonly string[];
  /** null when counting took too long. */
  count: Count | null;
  hidden: boolean;
  ftsTable: string | null;
}

export interface ListedDatabase {
  /** Those that the reader may see, in order of name. */
  tables: ListedTable[];
  views: string[];
}

/**
 * The tables and views of a database. One that was published is not opened for this: all of it is in
 * its inspection.
 * @param countTime milliseconds that counting one table may take; null where nobody needs to know
 */
export async function listDatabase(
  context: PageContext,
  database: SiteDatabase,
  countTime: number | null,
): Promise<ListedDatabase> {
  const { name, inspection } = database;
  const config = databaseConfig(context.config, name);
  const listed =
    inspection === null
      ? await readTables(context, database, countTime)
      : {
          tables: inspection.tables.map((table) => ({
            ...table,
            count: table.count === null ? null : { rows: table.count, truncated: false },
          })),
          views: inspection.views.map((view) => view.name),
        };
  const isVisible = await visibility(context, database);
  return {
    tables: listed.tables
      .filter((table) => isVisible(table.name))
      .map((table) => ({
        ...table,
        ftsTable: table.ftsTable !== null && isVisible(table.ftsTable) ? table.ftsTable : null,
        hidden: table.hidden || tableConfig(config, table.name).hidden,
      })),
    views: listed.views.filter(isVisible).sort(compareText),
  };
}

/** Which tables and views may be named. Where some may not, the database is asked what goes with them. */
export async function visibility(
  context: PageContext,
  database: SiteDatabase,
): Promise<(table: string) => boolean> {
  if (context.visitor.tableRules(database.name) === undefined) return () => true;
  const { connection } = await openDatabase(context, database.name);
  return (table) => connection.privacy.isVisible(table);
}

async function readTables(
  context: PageContext,
  database: SiteDatabase,
  countTime: number | null,
): Promise<ListedDatabase> {
  const { connection } = await openDatabase(context, database.name);
  const { tables, views } = listTables(connection);
  const hidden = hiddenTables(connection);
  return {
    tables: tables.map((name) => {
      const { columnNames, primaryKeys } = getTable(connection, name);
      return {
        name,
        columns: columnNames,
        primaryKeys,
        count: countTime === null ? null : countTable(connection, database, name, countTime),
        hidden: hidden.has(name),
        ftsTable: ftsTableOf(connection, name),
      };
    }),
    views: [...views],
  };
}

/** Foreign keys of every table, both ways, as far as both tables are visible. */
export async function foreignKeysOf(
  context: PageContext,
  database: SiteDatabase,
): Promise<ReadonlyMap<string, TableForeignKeys>> {
  const { connection } = await openDatabase(context, database.name);
  return allForeignKeys(connection);
}
