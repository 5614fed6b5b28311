/** The rows before and after a row, in the order of the key. */
import { quoteIdentifier } from "../../../core/names.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { rowPath } from "../../queries/keyset.ts";
import type { PageContext } from "../context.ts";
import type { RowData } from "./row-data.ts";

export interface Neighbours {
  previousHref: string | null;
  nextHref: string | null;
}

const NONE: Neighbours = { previousHref: null, nextHref: null };

/** Milliseconds. */
const PATIENCE = 150;

/** None for views, and where a key may be NULL or is told by several rows. */
export function neighbours({ links }: PageContext, row: RowData): Neighbours {
  const { database, table, connection, keys, columns, rows } = row;
  const [values] = rows;
  if (table.isView || values === undefined || rows.length !== 1) return NONE;
  const names = keys.map(quoteIdentifier);
  const key = keys.map((name) => values[columns.indexOf(name)] ?? null);
  const parameters = Object.fromEntries(key.map((value, at) => [`k${at}`, value]));
  const bound = key.map((_, at) => `:k${at}`).join(", ");
  const hrefOf = (sign: "<" | ">"): string | null => {
    const order = names.map((name) => (sign === "<" ? `${name} desc` : name)).join(", ");
    const sql = `select ${names.join(", ")} from ${quoteIdentifier(table.name)} where (${names.join(", ")}) ${sign} (${bound}) order by ${order} limit 1`;
    const [found] = connection.query(sql, parameters, { timeLimit: PATIENCE }).rows;
    return found === undefined ? null : links.row(database.name, table.name, rowPath(found));
  };
  try {
    return { previousHref: hrefOf("<"), nextHref: hrefOf(">") };
  } catch (error) {
    if (error instanceof SqlError) return NONE;
    throw error;
  }
}
