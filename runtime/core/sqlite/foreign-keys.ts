import { compareText } from "../compare-text.ts";
import type { Connection } from "./connection.ts";
import { getTable, listTables } from "./schema.ts";

/** One end of a foreign key, seen from a table. Names as in the JSON API. */
export interface ForeignKeyEnd {
  other_table: string;
  /** The column of this table; null for a primary key that the schema does not name. */
  column: string | null;
  other_column: string | null;
}

export interface TableForeignKeys {
  incoming: ForeignKeyEnd[];
  outgoing: ForeignKeyEnd[];
}

/**
 * The foreign keys of every table that visitors may see, both ways. Keys to tables that do not exist,
 * or that visitors may not see, are left out.
 */
export function allForeignKeys(connection: Connection): ReadonlyMap<string, TableForeignKeys> {
  return connection.fact("foreign keys", () => {
    const tables = listTables(connection).tables.filter((name) =>
      connection.privacy.isVisible(name),
    );
    const found = new Map<string, TableForeignKeys>(
      tables.map((table) => [table, { incoming: [], outgoing: [] }]),
    );
    for (const [table, own] of found) {
      for (const { column, otherTable, otherColumn } of getTable(connection, table).foreignKeys) {
        const target = found.get(otherTable);
        if (!target) continue;
        target.incoming.push({ other_table: table, column: otherColumn, other_column: column });
        own.outgoing.push({ other_table: otherTable, column, other_column: otherColumn });
      }
    }
    for (const { incoming, outgoing } of found.values()) {
      incoming.sort(compareEnds);
      outgoing.sort(compareEnds);
    }
    return found;
  });
}

function compareEnds(a: ForeignKeyEnd, b: ForeignKeyEnd): number {
  return (
    compareText(a.other_table, b.other_table) ||
    compareText(a.column ?? "", b.column ?? "") ||
    compareText(a.other_column ?? "", b.other_column ?? "")
  );
}
