import type { Inspection } from "../format/inspection.ts";
import { quoteIdentifier } from "../names.ts";
import type { Connection } from "./connection.ts";
import { ftsTableOf } from "./fts-table.ts";
import { hiddenTables } from "./hidden-tables.ts";
import { getTable, listTables } from "./schema.ts";

/**
 * Reads all of a database's schema and counts its rows exactly, which takes as long as it takes,
 * but for tables whose counts are known.
 * @throws SqlError for a database that cannot be read
 */
export function inspectDatabase(
  connection: Connection,
  knownCounts: ReadonlyMap<string, number> = new Map(),
): Inspection {
  const { tables, views } = listTables(connection);
  const hidden = hiddenTables(connection);
  return {
    tables: tables.map((name) => {
      const table = getTable(connection, name);
      return {
        name,
        count: knownCounts.get(name) ?? countRows(connection, name),
        columns: [...table.columnNames],
        primaryKeys: [...table.primaryKeys],
        hidden: hidden.has(name),
        ftsTable: ftsTableOf(connection, name),
        foreignKeys: table.foreignKeys.map(({ column, otherTable, otherColumn }) => ({
          column,
          otherTable,
          otherColumn: otherColumn ?? getTable(connection, otherTable).primaryKeys[0] ?? "",
        })),
      };
    }),
    views: views.map((name) => ({ name, columns: [...getTable(connection, name).columnNames] })),
  };
}

/** null for a table that cannot be counted, such as one whose module is missing. */
function countRows(connection: Connection, table: string): number | null {
  try {
    return Number(connection.value(`select count(*) from ${quoteIdentifier(table)}`));
  } catch {
    return null;
  }
}
