/**
 * Pagination by the last row seen: its primary key, preceded by its sort value where the rows are
 * sorted. https://docs.datasette.io/en/latest/json_api.html#pagination
 */

import { quoteIdentifier, tildeDecode, tildeEncode } from "../../core/names.ts";
import { affinityOf } from "../../core/sqlite/affinity.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import { type SqlValue, valueText } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import type { Sort, TableParameters } from "../parameters/table-parameters.ts";
import type { Where } from "./where.ts";

/** Stands for a sort value of NULL. */
export const NULL_TOKEN = "$null";

/** Stands for the sort value of the row itself, where that is too long for an address. */
const ROW_TOKEN = "$row";

/**
 * The longest part of a token, encoded. Servers refuse addresses of some thousand characters (Node's
 * header limit is 16 KiB, CloudFront's URL limit 8,192), and a token has filters beside it.
 */
const LONGEST_PART = 500;

/**
 * Ends a token: so many rows are left out after the row that it names (or from the start). For rows
 * that no token can name, such as those with a NULL or a BLOB in their key; Datasette loses its way
 * there.
 */
const SKIP = /(?:^|,)\$skip-(\d{1,15})$/;

/** The columns that identify a row. */
export function keyColumns(table: TableSchema): readonly string[] {
  return table.usesRowid ? ["rowid"] : table.primaryKeys;
}

/** The encoded primary key of a row: its URL, and part of its pagination token. */
export function rowPath(key: readonly SqlValue[]): string {
  return key.map((value) => tildeEncode(valueText(value))).join(",");
}

/** The token of the page after the row with this key and (when sorted) this sort value. */
export function nextToken(
  table: TableSchema,
  { next, size, sort }: Pick<TableParameters, "next" | "size" | "sort">,
  key: readonly SqlValue[],
  sortValue: SqlValue | undefined,
): string {
  const keys = keyColumns(table);
  const path = rowPath(key);
  // A key that is one empty text would be a blank token, which is that of the first page.
  const isBlank = path === "" && sortValue === undefined;
  const canName =
    !isBlank &&
    path.length <= LONGEST_PART &&
    key.every((value, index) => value !== null && survivesText(table, keys[index]!, value)) &&
    (sort === null || sortValue === undefined || survivesText(table, sort.column, sortValue));
  if (!canName) {
    const { base, skip } = splitToken(next ?? "");
    return `${base === "" ? "" : `${base},`}$skip-${skip + size}`;
  }
  if (sortValue === undefined) return path;
  const prefix = sortPart(sortValue);
  return `${prefix.length > LONGEST_PART ? ROW_TOKEN : prefix},${path}`;
}

function sortPart(value: SqlValue): string {
  return value === null ? NULL_TOKEN : tildeEncode(valueText(value));
}

/**
 * The token with its sort value written out, however long that is; a token that has it stays as it is.
 * @param sortValueOf the sort value of the row with this key; undefined where there is no such row
 * @throws HttpError 400 when the row that the token names is gone
 */
export function fullToken(
  token: string,
  sortValueOf: (key: readonly string[]) => SqlValue | undefined,
): string {
  if (!token.startsWith(`${ROW_TOKEN},`)) return token;
  const { base } = splitToken(token);
  const path = base.slice(ROW_TOKEN.length + 1);
  const value = sortValueOf(path.split(",").map(tildeDecode));
  if (value === undefined) throw badRequest("Invalid _next: the row that it names is gone");
  return sortPart(value) + token.slice(ROW_TOKEN.length);
}

/** The row that a token names ("" for none) and how many rows to leave out after it. */
export function splitToken(token: string): { base: string; skip: number } {
  const skip = SKIP.exec(token);
  return skip === null
    ? { base: token, skip: 0 }
    : { base: token.slice(0, skip.index), skip: Number(skip[1]) };
}

/**
 * Whether comparing the column with the value's text is comparing it with the value: the column's
 * affinity has to turn the text back.
 */
function survivesText(table: TableSchema, name: string, value: SqlValue): boolean {
  if (value === null) return true;
  if (value instanceof Uint8Array) return false;
  if (typeof value === "string") return !value.includes("\ufffd");
  if (typeof value === "number" && !Number.isFinite(value)) return false;
  const column = table.columns.find((candidate) => candidate.name === name);
  return column === undefined || affinityOf(column.type) !== "BLOB";
}

/**
 * Narrows `where` to the rows after the one that `token` names.
 * @throws HttpError 400 for a token that does not fit the table
 */
export function addAfterToken(
  where: Where,
  table: TableSchema,
  sort: Sort | null,
  token: string,
): void {
  const keys = keyColumns(table);
  const parts = token.split(",");
  const sorted = sort !== null && parts.length > 1 ? parts.shift() : undefined;
  if (parts.length !== keys.length) {
    if (sort === null) return;
    throw badRequest("Invalid _next");
  }
  const after = afterKey(
    keys,
    parts.map((part) => where.bind(tildeDecode(part))),
    table.usesRowid,
  );
  if (sort === null) {
    where.clauses.push(after);
    return;
  }
  const column = quoteIdentifier(sort.column);
  if (sorted === undefined || sorted === NULL_TOKEN) {
    // NULLs come first when ascending, last when descending.
    where.clauses.push(
      sort.descending
        ? `(${column} is null and ${after})`
        : `(${column} is not null or (${column} is null and ${after}))`,
    );
    return;
  }
  const value = where.bind(tildeDecode(sorted));
  where.clauses.push(
    sort.descending
      ? `(${column} < ${value} or ${column} is null or (${column} = ${value} and ${after}))`
      : `(${column} > ${value} or (${column} = ${value} and ${after}))`,
  );
}

/**
 * `a > :p0`, or for compound keys
 *
 *     ((a > :p0)
 *       or
 *     (a = :p0 and b > :p1))
 */
function afterKey(keys: readonly string[], placeholders: readonly string[], bare: boolean): string {
  const columns = keys.map(quoteIdentifier);
  if (bare) return `${columns[0]} > ${placeholders[0]}`;
  const alternatives = columns.map((column, last) => {
    const equal = columns.slice(0, last).map((same, index) => `${same} = ${placeholders[index]}`);
    return `(${[...equal, `${column} > ${placeholders[last]}`].join(" and ")})`;
  });
  return `(${alternatives.join("\n  or\n")})`;
}
