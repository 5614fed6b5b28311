import { quoteIdentifier } from "../../core/names.ts";
import type { Connection, SqlParameters } from "../../core/sqlite/connection.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { keyColumns } from "./keyset.ts";

/** Rows suggested at once. */
const MAXIMUM = 10;
/** Milliseconds. */
const TIME_LIMIT = 500;

export interface Suggestion {
  key: readonly SqlValue[];
  /** undefined where the table has no label column. */
  label: SqlValue | undefined;
}

/**
 * Rows whose key or label contains the text, the closest first. Where that takes too long, rows whose
 * key begins with it; none where that takes too long as well.
 */
export function suggestRows(
  connection: Connection,
  table: TableSchema,
  labelColumn: string | null,
  text: string,
): Suggestion[] {
  const keys = keyColumns(table);
  const columns = labelColumn === null ? keys : [...new Set([...keys, labelColumn])];
  const matches = columns.map((column) => `${quoteIdentifier(column)} like :like escape char(92)`);
  const run = (where: string, order: string, parameters: SqlParameters) =>
    select(connection, table, columns, where, order, parameters).map(
      (row): Suggestion => ({
        key: row.slice(0, keys.length),
        label: labelColumn === null ? undefined : row[columns.indexOf(labelColumn)],
      }),
    );
  const escaped = escapeLike(text);
  try {
    return run(matches.join(" or "), byCloseness(keys, labelColumn), {
      q: text,
      like: `%${escaped}%`,
    });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  const first = quoteIdentifier(keys[0]!);
  try {
    return run(
      `${first} >= :q and ${first} < :end and ${first} like :prefix escape char(92)`,
      keys.map(quoteIdentifier).join(", "),
      { q: text, end: `${text}\u{10ffff}`, prefix: `${escaped}%` },
    );
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [];
  }
}

/** The newest rows, as far as keys grow: what to offer before anything is typed. */
export function latestRows(
  connection: Connection,
  table: TableSchema,
  labelColumn: string | null,
): Suggestion[] {
  const keys = keyColumns(table);
  const columns = labelColumn === null ? keys : [...new Set([...keys, labelColumn])];
  const [first, ...rest] = keys.map(quoteIdentifier);
  const rows = select(
    connection,
    table,
    columns,
    "1 = 1",
    [`${first} desc`, ...rest].join(", "),
    {},
  );
  return rows.map((row) => ({
    key: row.slice(0, keys.length),
    label: labelColumn === null ? undefined : row[columns.indexOf(labelColumn)],
  }));
}

function select(
  connection: Connection,
  table: TableSchema,
  columns: readonly string[],
  where: string,
  order: string,
  parameters: SqlParameters,
): SqlValue[][] {
  const list = columns.map(quoteIdentifier).join(", ");
  const sql = `select ${list} from ${quoteIdentifier(table.name)} where ${where} order by ${order} limit ${MAXIMUM}`;
  return connection.query(sql, parameters, { timeLimit: TIME_LIMIT }).rows;
}

/** The row with exactly this key, then labels that match, shorter ones first. */
function byCloseness(keys: readonly string[], labelColumn: string | null): string {
  const clauses: string[] = [];
  const key = quoteIdentifier(keys[0]!);
  if (keys.length === 1) clauses.push(`case when cast(${key} as text) = :q then 0 else 1 end`);
  if (labelColumn === null) {
    clauses.push(`length(cast(${key} as text))`);
  } else {
    const label = quoteIdentifier(labelColumn);
    const isLike = `${label} like :like escape char(92)`;
    clauses.push(`case when ${isLike} then 0 else 1 end`);
    clauses.push(`case when ${isLike} then length(cast(${label} as text)) end`);
  }
  return [...clauses, ...keys.map(quoteIdentifier)].join(", ");
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
