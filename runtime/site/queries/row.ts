import { clock } from "../../core/clock.ts";
import { quoteAlways, quoteIdentifier } from "../../core/names.ts";
import type { Connection, SqlParameters } from "../../core/sqlite/connection.ts";
import type { TableForeignKeys } from "../../core/sqlite/foreign-keys.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { columnList, MAX_COLUMNS } from "./table-query.ts";

/** The statement that finds one row by its key. Its text is part of the API. */
export function rowQuery(
  table: TableSchema,
  key: readonly string[],
): { keys: readonly string[]; sql: string; parameters: SqlParameters } {
  const hasKey = table.primaryKeys.length > 0;
  const keys = hasKey ? table.primaryKeys : ["rowid"];
  const conditions = keys.map((column, index) => `${quoteAlways(column)}=:p${index}`);
  const isWide = !hasKey && table.columnNames.length === MAX_COLUMNS;
  const columns = isWide ? columnList(table, table.columnNames) : hasKey ? "*" : "rowid, *";
  return {
    keys,
    sql: `select ${columns} from ${quoteIdentifier(table.name)} where ${conditions.join(" AND ")}`,
    parameters: Object.fromEntries(key.map((value, index) => [`p${index}`, value])),
  };
}

/** Counted in one statement: https://www.sqlite.org/limits.html allows 2,000 columns, we ask for fewer. */
const COUNTED_TOGETHER = 200;

/**
 * How many rows of each referring table refer to the row with this key: one count for each incoming
 * foreign key.
 * @param timeLimit milliseconds for all of them
 * @throws SqlError
 */
export function countReferences(
  connection: Connection,
  { incoming }: TableForeignKeys,
  key: SqlValue,
  timeLimit: number,
): bigint[] {
  const end = clock() + timeLimit;
  const counts: bigint[] = [];
  for (let at = 0; at < incoming.length; at += COUNTED_TOGETHER) {
    const selects = incoming
      .slice(at, at + COUNTED_TOGETHER)
      .map(
        ({ other_table: table, other_column: column }) =>
          `select count(*) from ${quoteIdentifier(table)} where ${quoteIdentifier(column ?? "")}=:id`,
      );
    const parameters = { id: key };
    const { rows } = connection.query(
      `select ${selects.map((select) => `(${select})`).join(", ")}`,
      parameters,
      {
        timeLimit: Math.max(1, Math.ceil(end - clock())),
        parts: () => selects.map((sql) => ({ sql, parameters })),
      },
    );
    counts.push(...(rows[0] as bigint[]));
  }
  return counts;
}
