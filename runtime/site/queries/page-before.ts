/**
 * Which rows are before a page: pagination tokens only lead forward, so the rows up to the one that a token
 * names are looked at backwards. Here is the SQL; nothing here runs it.
 */
import { quoteIdentifier, tildeDecode } from "../../core/names.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import type { Sort } from "../parameters/table-parameters.ts";
import { COUNT_LIMIT } from "./count.ts";
import { addAfterToken, keyColumns, NULL_TOKEN } from "./keyset.ts";
import type { Where } from "./where.ts";

export interface Statement {
  sql: string;
  parameters: Where["parameters"];
}

/** What page it is. `base` is a token without rows to leave out. */
export interface PagePlace {
  table: TableSchema;
  filters: Where;
  sort: Sort | null;
  base: string;
}

/** How many rows there are up to the one that the token names, as far as rows are counted. */
export function countBefore(place: PagePlace): Statement {
  const where = upToToken(place);
  const from = `from ${quoteIdentifier(place.table.name)} ${where.sql}`;
  return {
    sql: `select count(*) from (select 1 ${from}limit ${COUNT_LIMIT + 1})`,
    parameters: where.parameters,
  };
}

/**
 * The row after which the page before begins: its sort value (NULL where rows are not sorted) and its key;
 * no row where that is the first page.
 * @param isNear narrows the search by an index, but finds no rows beyond those whose sort value is NULL
 */
export function rowBefore(place: PagePlace, size: number, isNear: boolean): Statement {
  const { table, sort } = place;
  const where = upToToken(place);
  if (isNear) addBound(where, place);
  const keys = keyColumns(table).map(quoteIdentifier);
  const sortColumn = sort === null ? null : quoteIdentifier(sort.column);
  const order = [
    ...(sortColumn === null ? [] : [`${sortColumn}${sort?.descending ? "" : " desc"}`]),
    ...[...keys, ...(table.keysMayBeNull ? ["rowid"] : [])].map((key) => `${key} desc`),
  ];
  return {
    sql: `select ${[sortColumn ?? "null", ...keys].join(", ")} from ${quoteIdentifier(table.name)} ${where.sql}order by ${order.join(", ")} limit 1 offset ${size}`,
    parameters: where.parameters,
  };
}

/** The rows that are not after the token's. */
function upToToken({ table, filters, sort, base }: PagePlace): Where {
  const where = filters.copy();
  addAfterToken(where, table, sort, base);
  where.clauses.push(`(${where.clauses.pop()}) is not true`);
  return where;
}

/** What follows from the token anyway, in a form for which SQLite uses an index. */
function addBound(where: Where, { table, sort, base }: PagePlace): void {
  const [first = ""] = base.split(",");
  const isSorted = sort !== null && base.includes(",");
  if (isSorted && first !== NULL_TOKEN) {
    const sign = sort.descending ? ">=" : "<=";
    where.clauses.push(`${quoteIdentifier(sort.column)} ${sign} ${where.bind(tildeDecode(first))}`);
  }
  if (sort !== null) return;
  const key = quoteIdentifier(keyColumns(table)[0]!);
  where.clauses.push(`${key} <= ${where.bind(tildeDecode(first))}`);
}
