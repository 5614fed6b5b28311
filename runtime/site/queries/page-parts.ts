/**
 * The rows that a page of a table reads, as statements of one row each: where the database is read on
 * demand, rows in many places are then fetched together. That needs to be known from an index alone.
 */
import { quoteIdentifier } from "../../core/names.ts";
import type { SqlParameters } from "../../core/sqlite/connection.ts";
import type { Ask, Part } from "../../core/sqlite/read-together.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import { columnList, SORTED_ROWS, type TableQuery } from "./table-query.ts";

/** What finds the rowids of a page's rows, or most of them. */
interface Finder {
  sql: string;
  parameters: SqlParameters;
}

/** None for what has no rowids, and where the rows themselves have to be read to find them. */
export function pageParts(
  table: TableSchema,
  columns: readonly string[],
  query: TableQuery,
): ((ask: Ask) => Part[]) | undefined {
  if (!table.hasRowid || query.hasVisitorSql) return undefined;
  const sql = `select ${columnList(table, columns)} from ${quoteIdentifier(table.name)} where rowid = :row`;
  return (ask) => {
    const plan = (finder: Finder) =>
      ask(`explain query plan ${finder.sql}`, finder.parameters).map((step) => String(step[3]));
    const steps = plan({ sql: query.runSql, parameters: query.parameters });
    const finder = finders(query).find((each) => readsSameIndex(table.name, plan(each), steps));
    if (finder === undefined) return [];
    return ask(finder.sql, finder.parameters).map(([row = null]) => ({ sql, parameters: { row } }));
  };
}

/** The page's own rows; those that match its conditions, in any order; those that match its search. */
function finders(query: TableQuery): Finder[] {
  const { rowidSql, parameters, fromParameters, fromSql, searchSql } = query;
  const found = [
    { sql: rowidSql, parameters },
    { sql: `select rowid ${fromSql} limit ${SORTED_ROWS}`, parameters: fromParameters },
  ];
  const { search = null } = fromParameters;
  if (searchSql !== null) found.push({ sql: searchSql, parameters: { search } });
  return found;
}

/**
 * Whether a statement finds rowids without reading the table, by what the page's own statement finds
 * rows by: an index, or a full-text search. https://www.sqlite.org/eqp.html
 */
function readsSameIndex(
  table: string,
  [first = ""]: readonly string[],
  pageSteps: readonly string[],
): boolean {
  const ofTable = (step: string) =>
    step.startsWith(`SCAN ${table} USING `) || step.startsWith(`SEARCH ${table} USING `);
  const isSearch = (step: string) => step.includes(" VIRTUAL TABLE ");
  if (isSearch(first)) {
    return pageSteps.some(isSearch) && pageSteps[0]?.endsWith(BY_ROWID) === true;
  }
  const index = ofTable(first) ? indexIn(first) : null;
  if (index === null || !first.includes(" COVERING ")) return false;
  return pageSteps.some((step) => ofTable(step) && indexIn(step) === index);
}

const BY_ROWID = " USING INTEGER PRIMARY KEY (rowid=?)";

function indexIn(step: string): string | null {
  return / USING (?:COVERING )?INDEX (.+?)(?: \(|$)/.exec(step)?.[1] ?? null;
}
