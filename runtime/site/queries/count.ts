import { quoteIdentifier } from "../../core/names.ts";
import type { Connection } from "../../core/sqlite/connection.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";
import type { SiteDatabase } from "../site.ts";
import type { TableQuery } from "./table-query.ts";

/** Counting stops after this many rows, as Datasette's does. */
export const COUNT_LIMIT = 10_000;

export interface Count {
  /** `COUNT_LIMIT + 1` when truncated. */
  rows: number;
  truncated: boolean;
}

/**
 * The rows of a table or view: exact where they were counted when it was published.
 * null when counting took longer than `timeLimit` milliseconds.
 */
export function countTable(
  connection: Connection,
  database: SiteDatabase,
  table: string,
  timeLimit: number,
): Count | null {
  const published = database.inspection?.tables.find(({ name }) => name === table)?.count;
  if (published !== undefined && published !== null) return { rows: published, truncated: false };
  const known = connection.fact(`count ${table}`, (): { count: Count | null } => ({ count: null }));
  known.count ??= tryCount(() =>
    connection.value(limited(`from ${quoteIdentifier(table)}`), {}, { timeLimit }),
  );
  return known.count;
}

/** The rows of all pages of a query; null when counting took too long. */
export function countQuery(
  connection: Connection,
  query: TableQuery,
  timeLimit: number,
): Count | null {
  return tryCount(() =>
    connection.value(limited(query.fromSql), query.fromParameters, {
      timeLimit,
      isVisitorSql: query.hasVisitorSql,
    }),
  );
}

function limited(fromSql: string): string {
  return `select count(*) from (select * ${fromSql} limit ${COUNT_LIMIT + 1})`;
}

function tryCount(count: () => unknown): Count | null {
  try {
    const rows = Number(count());
    return { rows, truncated: rows > COUNT_LIMIT };
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
