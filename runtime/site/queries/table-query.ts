import { quoteIdentifier } from "../../core/names.ts";
import type { SqlParameters } from "../../core/sqlite/connection.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import { badRequest } from "../errors.ts";
import type { TableParameters } from "../parameters/table-parameters.ts";
import { addAfterToken, keyColumns, splitToken } from "./keyset.ts";
import type { Where } from "./where.ts";

/** The statements behind a table page. Their text, save for `runSql`, is part of the API. */
export interface TableQuery {
  /** The rows of the page, and one more to see whether there is a next page. */
  sql: string;
  /** What is run: the same, in an order that leaves nothing to chance. */
  runSql: string;
  parameters: SqlParameters;
  /** `from t where … ` of all pages, with its own parameters. */
  fromSql: string;
  fromParameters: SqlParameters;
  countSql: string;
  /** True when there is no `where`: the count is that of the table. */
  isUnfiltered: boolean;
  /**
   * All pages, all columns, neither sorted nor limited: what facets count. Goes with `fromParameters`.
   * (Datasette counts from the page shown on, so its counts change while one pages.)
   */
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
    if (table.isView) {
      offset = ` offset ${parseOffset(parameters.next)}`;
    } else {
      const { base, skip } = splitToken(parameters.next);
      if (base !== "") addAfterToken(where, table, parameters.sort, base);
      if (skip > 0) offset = ` offset ${skip}`;
    }
  }
  const rows = `select ${columnList(table, parameters.columns)} from ${name} ${where.sql}`;
  const page = ` limit ${parameters.size + 1}${offset}`;
  return {
    sql: `${rows}${orderBy(table, parameters)}${page}`,
    runSql: `${rows}${totalOrder(table, parameters)}${page}`,
    parameters: where.parameters,
    fromSql,
    fromParameters: { ...filters.parameters },
    countSql: `select count(*) ${fromSql}`,
    isUnfiltered: filters.clauses.length === 0,
    facetSql: `select ${columnList(table, table.columnNames)} ${fromSql}`,
    hasVisitorSql: parameters.wheres.length > 0,
  };
}

/** https://www.sqlite.org/limits.html#max_column */
export const MAX_COLUMNS = 2000;

/** The columns as a `select` lists them. Where the rowid is one too many, the last column is left out. */
export function columnList(table: TableSchema, columns: readonly string[]): string {
  if (!table.usesRowid) return columns.map(quoteIdentifier).join(", ");
  return ["rowid", ...columns.slice(0, MAX_COLUMNS - 1).map(quoteIdentifier)].join(", ");
}

function orderBy(table: TableSchema, { sort, next }: TableParameters): string {
  const keys = table.isView ? [] : keyColumns(table).map(quoteIdentifier);
  if (sort === null) return clause(keys);
  // Datasette sorts the first page by the column only: the key as tie-breaker comes with the token.
  return clause(next === null ? [sortTerm(sort)] : [sortTerm(sort), ...keys]);
}

/** Ties are broken by the key on every page, and rows whose keys are equal (NULLs) by their rowid. */
function totalOrder(table: TableSchema, { sort }: TableParameters): string {
  if (table.isView) return sort === null ? "" : clause([sortTerm(sort)]);
  const keys = keyColumns(table).map(quoteIdentifier);
  const terms = sort === null ? keys : [sortTerm(sort), ...keys];
  return clause(table.keysMayBeNull ? [...terms, "rowid"] : terms);
}

function sortTerm({ column, descending }: { column: string; descending: boolean }): string {
  return quoteIdentifier(column) + (descending ? " desc" : "");
}

function clause(terms: readonly string[]): string {
  return terms.length === 0 ? "" : `order by ${terms.join(", ")}`;
}

function parseOffset(token: string): string {
  if (!/^-?\d{1,18}$/.test(token)) throw badRequest("Invalid _next");
  return token;
}
