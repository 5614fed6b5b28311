import { clock } from "../../../core/clock.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { withMore } from "../../links.ts";
import { facetSize, parseFacets } from "../../parameters/facet-parameters.ts";
import type { SuggestedFacet } from "../../queries/facet-types.ts";
import { encodePairs } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import type { TableData } from "./table-data.ts";

/** Rows looked at to see whether a column makes a good facet. */
const CONSIDERED_ROWS = 1000;
/** Rows looked at to see whether a column holds dates, or lists of strings. */
const SAMPLED_ROWS = 100;

/** The time for all columns together, as a multiple of the time for one. */
const LOOKS_IN_TIME = 10;

/** Runs a statement over the page's rows; null when it fails. Throws when it takes too long. */
type Ask = (sql: string) => SqlValue[][] | null;

/**
 * Facets that would be of interest: columns with few values that repeat, dates, lists of strings.
 * Empty on later pages and where suggestions are off.
 * @param count rows over all pages, where known
 */
export function suggestFacets(
  context: PageContext,
  data: TableData,
  count: number | null,
): SuggestedFacet[] {
  const { request, config } = context;
  const { settings } = config;
  const { parameters, query, table } = data;
  if (!settings.suggest_facets || !settings.allow_facet) return [];
  if (parameters.next !== null || parameters.noFacet || parameters.noSuggest) return [];
  const ask: Ask = (sql) => {
    try {
      return data.connection.query(sql, query.fromParameters, {
        timeLimit: settings.facet_suggest_time_limit_ms,
        isVisitorSql: query.hasVisitorSql,
      }).rows;
    } catch (error) {
      if (error instanceof SqlError && !error.interrupted) return null;
      throw error;
    }
  };
  const columns = table.usesRowid ? ["rowid", ...table.columnNames] : table.columnNames;
  const present = parseFacets(request.args, data.tableConfig);
  const size = facetSize(request.args, data.tableConfig, settings);
  const rowCount = count ?? inTime(() => countConsidered(ask, query.facetSql), 0);
  // Whole tables are looked at again and again; what was found out holds until the data changes.
  // Each look at a column has its time; a table of 2,000 columns must not take all of them.
  const end = clock() + LOOKS_IN_TIME * settings.facet_suggest_time_limit_ms;
  const isKept = query.isUnfiltered && !request.args.has("_facet_size");
  const here = request.absolute(request.adding());
  const suggest = (
    type: "column" | "date" | "array",
    argument: string,
    isGood: (column: string) => boolean,
  ): SuggestedFacet[] => {
    const known = isKept
      ? data.connection.fact(
          JSON.stringify(["suggested facets", type, table.name]),
          () => new Map<string, boolean>(),
        )
      : new Map<string, boolean>();
    const look = (name: string): boolean => {
      if (clock() > end) {
        noteCutShort();
        return false;
      }
      return inTime(() => {
        const good = isGood(quoteIdentifier(name));
        known.set(name, good);
        return good;
      }, false);
    };
    return columns
      .filter((name) => !present.some((facet) => facet.type === type && facet.column === name))
      .filter((name) => known.get(name) ?? look(name))
      .map((name) => ({
        name,
        ...(type === "column" ? {} : { type }),
        toggle_url: withMore(here, encodePairs([[argument, name]])),
      }));
  };
  const sql = query.facetSql;
  return [
    ...suggest("column", "_facet", (column) => hasFewValues(ask, sql, column, size, rowCount)),
    ...suggest("date", "_facet_date", (column) => holdsDates(ask, sql, column)),
    ...suggest("array", "_facet_array", (column) => holdsStringLists(ask, sql, column)),
  ];
}

/** What `find` returns; `otherwise` when one of its statements takes too long. */
function inTime<T>(find: () => T, otherwise: T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof SqlError) return otherwise;
    throw error;
  }
}

function countConsidered(ask: Ask, sql: string): number {
  const rows = ask(`select count(*) from (select * from (${sql}) limit ${CONSIDERED_ROWS})`);
  return Number(rows?.[0]?.[0] ?? 0);
}

/** More than one value, few enough to show, at least one of them more than once. */
function hasFewValues(
  ask: Ask,
  sql: string,
  column: string,
  size: number,
  rowCount: number,
): boolean {
  const rows = ask(
    `with limited as (select * from (${sql}) limit ${CONSIDERED_ROWS}) ` +
      `select ${column} as value, count(*) as n from limited where value is not null ` +
      `group by value limit ${size + 1}`,
  );
  if (rows === null) return false;
  const isFew = rows.length > 1 && rows.length <= size && rows.length < rowCount;
  return isFew && rows.some(([, n]) => (n as bigint) > 1n);
}

function holdsDates(ask: Ask, sql: string, column: string): boolean {
  const rows = ask(
    `select date(${column}) from (select * from (${sql}) limit ${SAMPLED_ROWS}) ` +
      `where ${column} glob '????-??-*'`,
  );
  return rows?.some(([date]) => date !== null) ?? false;
}

function holdsStringLists(ask: Ask, sql: string, column: string): boolean {
  const types = ask(
    `with limited as (select * from (${sql}) limit ${CONSIDERED_ROWS}) ` +
      `select distinct json_type(${column}) from limited where ${column} is not null and ${column} != ''`,
  );
  if (types?.length !== 1 || types[0]?.[0] !== "array") return false;
  const lists = ask(
    `select ${column} from (${sql}) where ${column} is not null and ${column} != '' ` +
      `and json_array_length(${column}) > 0 limit ${SAMPLED_ROWS}`,
  );
  return lists !== null && lists.length > 0 && lists.every(([list]) => isStringList(list));
}

function isStringList(text: unknown): boolean {
  try {
    const list: unknown = JSON.parse(String(text));
    return Array.isArray(list) && list.every((item) => typeof item === "string");
  } catch {
    return false;
  }
}
