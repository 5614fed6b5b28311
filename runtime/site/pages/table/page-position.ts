/** Where a page of rows is among all of them, and the way back to the page before. */
import type { QueryOptions } from "../../../core/sqlite/connection.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { HttpError } from "../../errors.ts";
import { COUNT_LIMIT } from "../../queries/count.ts";
import { nextToken, splitToken } from "../../queries/keyset.ts";
import {
  countBefore,
  type PagePlace,
  rowBefore,
  type Statement,
} from "../../queries/page-before.ts";
import type { PageContext } from "../context.ts";
import type { TableData } from "./table-data.ts";
import { completeToken } from "./table-request.ts";

export interface PagePosition {
  /** The number of the first row, from 1; null where it is not known. */
  first: number | null;
  /** null on the first page, and where it is not known. */
  previousHref: string | null;
}

/** Milliseconds of each statement: a page does not wait for its number. */
const PATIENCE = 150;

/** A token: "" for the first page, null where there is none. */
type Token = string | null;

export function pagePosition({ request }: PageContext, data: TableData): PagePosition {
  const { next, size, sort } = data.parameters;
  if (next === null || size === 0) return { first: 1, previousHref: null };
  const found = data.table.isView ? ofOffset(next, size) : ofToken(data, next, size);
  if (found.token === null) return { first: found.first, previousHref: null };
  const order =
    sort === null ? [] : [[sort.descending ? "_sort_desc" : "_sort", sort.column] as const];
  const previousHref =
    found.token === ""
      ? request.without("_next")
      : request.replacing(["_next", found.token], ...order);
  return { first: found.first, previousHref };
}

function ofOffset(next: string, size: number): { first: number; token: Token } {
  const before = Number(next);
  return { first: before + 1, token: before <= size ? "" : String(before - size) };
}

function ofToken(
  data: TableData,
  next: string,
  size: number,
): { first: number | null; token: Token } {
  const { table, where, parameters } = data;
  const { base, skip } = splitToken(completeToken(data, parameters) ?? next);
  const place: PagePlace = { table, filters: where, sort: parameters.sort, base };
  const counted = base === "" ? 0 : countUpTo(data, place);
  return {
    first: counted === null ? null : counted + skip + 1,
    token: skip > 0 ? withoutSome(base, skip, size) : tokenBefore(data, place, size),
  };
}

/** Rows that are left out after the one that a token names are the nearest to go back to. */
function withoutSome(base: string, skip: number, size: number): Token {
  if (skip === size) return base;
  if (skip < size) return base === "" ? "" : null;
  return `${base === "" ? "" : `${base},`}$skip-${skip - size}`;
}

function countUpTo(data: TableData, place: PagePlace): number | null {
  const [row] = run(data, countBefore(place)) ?? [];
  const count = row === undefined ? COUNT_LIMIT + 1 : Number(row[0]);
  return count > COUNT_LIMIT ? null : count;
}

function tokenBefore(data: TableData, place: PagePlace, size: number): Token {
  const near = run(data, rowBefore(place, size, true));
  const found = near?.length === 0 ? run(data, rowBefore(place, size, false)) : near;
  if (found === null) return null;
  const [row] = found;
  if (row === undefined) return "";
  const [sortValue = null, ...key] = row;
  const { sort } = place;
  const token = nextToken(
    place.table,
    { next: null, size, sort },
    key,
    sort === null ? undefined : sortValue,
  );
  // A row that no token can name.
  return token.startsWith("$skip") ? null : token;
}

/** null where it took too long. */
function run(
  { connection, options }: TableData,
  { sql, parameters }: Statement,
): SqlValue[][] | null {
  const limits: QueryOptions = {
    ...options,
    timeLimit: Math.min(PATIENCE, options.timeLimit ?? PATIENCE),
  };
  try {
    return connection.query(sql, parameters, limits).rows;
  } catch (error) {
    if (!(error instanceof SqlError) && !(error instanceof HttpError)) throw error;
    noteCutShort();
    return null;
  }
}
