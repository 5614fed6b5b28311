import { clock } from "../../../core/clock.ts";
import { tildeDecodeList } from "../../../core/names.ts";
import type { SqlParameters } from "../../../core/sqlite/connection.ts";
import { allForeignKeys } from "../../../core/sqlite/foreign-keys.ts";
import { resultLimit } from "../../../core/sqlite/read-rows.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { badRequest, notFound } from "../../errors.ts";
import { countReferences, rowQuery } from "../../queries/row.ts";
import { encodePairs } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import type { OpenTable } from "../open-table.ts";
import { asHttpError } from "../sql-errors.ts";
import type { ForeignKeyTable } from "./row-page-type.ts";

/** The row of a table that a URL names. */
export interface RowData extends OpenTable {
  keys: readonly string[];
  /** As in the URL, decoded. */
  keyValues: readonly string[];
  sql: string;
  parameters: SqlParameters;
  columns: readonly string[];
  /** One row, save for views and tables whose key is not unique. */
  rows: SqlValue[][];
  /** Milliseconds that reading it took. */
  duration: number;
}

/** @throws HttpError 400, 403, 404 */
export function rowData(context: PageContext, open: OpenTable, rowPath: string): RowData {
  const { connection, table } = open;
  const keyValues = tildeDecodeList(rowPath);
  const { keys, sql, parameters } = rowQuery(table, keyValues);
  if (keys.length !== keyValues.length) {
    throw badRequest("URL row identifier does not match the primary key for this table");
  }
  const started = clock();
  try {
    const { columns, rows } = connection.query(sql, parameters, {
      timeLimit: context.config.settings.sql_time_limit_ms,
      maxRows: context.config.settings.max_returned_rows,
      maxBytes: resultLimit(),
    });
    if (rows.length === 0) throw notFound("Row not found");
    const duration = clock() - started;
    return { ...open, keys, keyValues, sql, parameters, columns, rows, duration };
  } catch (error) {
    throw asHttpError(error, sql);
  }
}

/** Tables that refer to the row; none when counting takes too long or the key is compound. */
export function foreignKeyTables(context: PageContext, row: RowData): ForeignKeyTable[] {
  const { connection, database, table, keyValues } = row;
  const [key] = keyValues;
  const foreignKeys = allForeignKeys(connection).get(table.name);
  if (!foreignKeys || key === undefined || keyValues.length !== 1) return [];
  let counts: bigint[];
  try {
    const timeLimit = context.config.settings.sql_time_limit_ms;
    counts = countReferences(connection, foreignKeys, key, timeLimit);
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
  return foreignKeys.incoming.map((end, index) => {
    const column = end.other_column ?? "";
    const filter = column.startsWith("_") ? `${column}__exact` : column;
    return {
      other_table: end.other_table,
      column: end.column ?? "",
      other_column: column,
      count: counts[index] ?? 0n,
      // A slash means nothing in a query string; Datasette leaves it.
      link: context.links.table(
        database.name,
        end.other_table,
        encodePairs([[filter, key]]).replaceAll("%2F", "/"),
      ),
    };
  });
}
