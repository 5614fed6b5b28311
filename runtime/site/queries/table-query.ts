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
  /** The rowids of the page; of no use where rows are not known by one. */
  rowidSql: string;
  /**
   * The rowids of the rows that a full-text search finds for the page, and perhaps of more; null where
   * there is no search or they are not the first ones. Goes with `fromParameters`.
   */
  searchSql: string | null;
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
  const list = columnList(table, parameters.columns);
  const rows = `select ${list} from ${name} ${where.sql}`;
  const order = totalOrder(table, parameters);
  const page = ` limit ${parameters.size + 1}${offset}`;
  const rowidSql = `select rowid from ${name} ${where.sql}${order}${page}`;
  return {
    sql: `${rows}${orderBy(table, parameters)}${page}`,
    runSql: sortsLate(table, parameters)
      ? `select ${list} from ${name} where rowid in (${rowidSql}) ${order}`
      : `${rows}${order}${page}`,
    parameters: where.parameters,
    fromSql,
    fromParameters: { ...filters.parameters },
    countSql: `select count(*) ${fromSql}`,
    isUnfiltered: filters.clauses.length === 0,
    rowidSql,
    searchSql: searchOf(table, parameters, filters),
    facetSql: `select ${columnList(table, table.columnNames)} ${fromSql}`,
    hasVisitorSql: parameters.wheres.length > 0,
  };
}

/**
 * No index is in the order of a falling column and rising keys, so rows with equal values are sorted.
 * Where there are many of them, only their keys should be read for that.
 */
function sortsLate(table: TableSchema, { sort, wheres }: TableParameters): boolean {
  if (sort === null || !sort.descending || keyColumns(table).includes(sort.column)) return false;
  return table.hasRowid && wheres.length === 0;
}

/** A search finds rows in the order of their rowids, unsorted pages show them so; sorting reads all. */
function searchOf(
  table: TableSchema,
  { sort, next, size }: TableParameters,
  { searchSql }: Where,
): string | null {
  if (searchSql === null || next !== null) return null;
  if (sort === null) return `${searchSql} limit ${size + 1}`;
  return keyColumns(table).includes(sort.column) ? null : `${searchSql} limit ${SORTED_ROWS}`;
}

/** Rows that are worth fetching together where all of them are to be sorted. */
export const SORTED_ROWS = 256;

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
