import type { SqlParameters } from "../data/connection.ts";
import { badRequest } from "../errors.ts";
import { quoteIdentifier } from "../names.ts";
import type { TableParameters } from "../parameters/table-parameters.ts";
import { addAfterToken } from "./keyset.ts";
import type { TableSchema } from "./schema.ts";
import type { Where } from "./where.ts";

/** The statements behind a table page. Their text is part of the API. */
export interface TableQuery {
  /** The rows of the page, and one more to see whether there is a next page. */
  sql: string;
  parameters: SqlParameters;
  /** `from t where … ` of all pages, with its own parameters. */
  fromSql: string;
  fromParameters: SqlParameters;
  countSql: string;
  /** True when there is no `where`: the count is that of the table. */
  isUnfiltered: boolean;
  /** From this page on, all columns, neither sorted nor limited: what facets count. Goes with `parameters`. */
  facetSql: string;
  /** The SQL contains clauses that the visitor wrote. */
  hasVisitorSql: boolean;
}

/** @throws HttpError 400 for a pagination token that does not fit */
export function buildTableQuery(
  table: TableSchema,
  parameters: TableParameters,
  filters: Where,
): TableQuery {
  const name = quoteIdentifier(table.name);
  const fromSql = `from ${name} ${filters.sql}`;
  const where = filters.copy();
  let offset = "";
  if (parameters.next !== null) {
    if (table.isView) offset = ` offset ${parseOffset(parameters.next)}`;
    else addAfterToken(where, table, parameters.sort, parameters.next);
  }
  return {
    sql: `select ${columnList(table, parameters.columns)} from ${name} ${where.sql}${orderBy(table, parameters)} limit ${parameters.size + 1}${offset}`,
    parameters: where.parameters,
    fromSql,
    fromParameters: { ...filters.parameters },
    countSql: `select count(*) ${fromSql}`,
    isUnfiltered: filters.clauses.length === 0,
    facetSql: `select ${columnList(table, table.columnNames)} from ${name} ${where.sql}`,
    hasVisitorSql: parameters.wheres.length > 0,
  };
}

function columnList(table: TableSchema, columns: readonly string[]): string {
  const list = columns.map(quoteIdentifier).join(", ");
  return table.usesRowid ? `rowid, ${list}` : list;
}

function orderBy(table: TableSchema, { sort, next }: TableParameters): string {
  const keys = table.usesRowid ? "rowid" : table.primaryKeys.map(quoteIdentifier).join(", ");
  if (sort === null) return table.isView || keys === "" ? "" : `order by ${keys}`;
  const column = quoteIdentifier(sort.column) + (sort.descending ? " desc" : "");
  // The first page is sorted by the column only: the key as tie-breaker comes with the token.
  return next === null || table.isView ? `order by ${column}` : `order by ${column}, ${keys}`;
}

function parseOffset(token: string): string {
  if (!/^-?\d{1,18}$/.test(token)) throw badRequest("Invalid _next");
  return token;
}
