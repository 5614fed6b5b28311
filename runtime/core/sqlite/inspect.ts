import { clock } from "../clock.ts";
import { encodeSummaries, type TableSummary } from "../format/column-summary.ts";
import type { Inspection } from "../format/inspection.ts";
import { quoteIdentifier } from "../names.ts";
import type { Connection } from "./connection.ts";
import { ftsTableOf } from "./fts-table.ts";
import { hiddenTables } from "./hidden-tables.ts";
import { getTable, listTables } from "./schema.ts";
import { SqlError } from "./sql-error.ts";
import { summarizeTable } from "./summarize.ts";

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
    summaries: null,
  };
}

/**
 * What the values in the tables are like that lists show, for `Inspection.summaries`.
 * @param budget milliseconds for all of them; a table may take a fourth, and those that are left then have none
 */
export function summarizeTables(
  connection: Connection,
  { tables }: Pick<Inspection, "tables">,
  budget: number,
): string | null {
  const end = clock() + budget;
  const summaries: TableSummary[] = [];
  for (const { name, hidden, count } of tables) {
    const now = clock();
    const table = getTable(connection, name);
    if (hidden || !table.isOrdinary || now > end) continue;
    try {
      const limits = { end: Math.min(end, now + budget / 4) };
      summaries.push(summarizeTable(connection, table, count, limits));
    } catch (error) {
      // Summaries are an extra.
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return encodeSummaries(summaries);
}

/** null for a table that cannot be counted, such as one whose module is missing. */
function countRows(connection: Connection, table: string): number | null {
  try {
    return Number(connection.value(`select count(*) from ${quoteIdentifier(table)}`));
  } catch {
    return null;
  }
}
