import { clock } from "../../../core/clock.ts";
import type { FacetType } from "../../../core/config/config-types.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { parametersText } from "../../../core/sqlite/connection.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import { badRequest } from "../../errors.ts";
import { type FacetRequest, facetSize, parseFacets } from "../../parameters/facet-parameters.ts";
import type { PageRequest } from "../../parameters/page-request.ts";
import type { FacetResult, FacetValue } from "../../queries/facet-types.ts";
import { findLabels, type Labels } from "../../queries/labels.ts";
import type { PageContext } from "../context.ts";
import { labelSource } from "../open-table.ts";
import { asHttpError } from "../sql-errors.ts";
import type { TableData } from "./table-data.ts";

export interface Facets {
  /** Name → facet; a repeated name gets a number, as `tags_2`. */
  results: ReadonlyMap<string, FacetResult>;
  timedOut: readonly string[];
}

/** `select value, count` of one column of a query, most frequent first. */
const FACET_SQL: Record<FacetType, (column: string, sql: string, limit: number) => string> = {
  column: (column, sql, limit) =>
    `select ${column} as value, count(*) as count from (${sql}) where ${column} is not null ` +
    `group by ${column} order by count desc, value limit ${limit}`,
  date: (column, sql, limit) =>
    `select date(${column}) as value, count(*) as count from (${sql}) where date(${column}) is not null ` +
    `group by date(${column}) order by count desc, value limit ${limit}`,
  // A value counts once per row, however often the row's array contains it.
  array: (column, sql, limit) =>
    `with inner as (${sql}), items as (select distinct j.value, inner.* from json_each([inner].${column}) j join inner) ` +
    `select value, count(*) as count from items group by value order by count(*) desc, value limit ${limit}`,
};

/** The time for all facets together, as a multiple of the time for one. */
const FACETS_IN_TIME = 10;

/** The argument that asks for a facet. */
const FACET_ARGUMENT: Record<FacetType, string> = {
  column: "_facet",
  date: "_facet_date",
  array: "_facet_array",
};

/** @throws HttpError 400 */
export function computeFacets(context: PageContext, data: TableData): Facets {
  const results = new Map<string, FacetResult>();
  const timedOut: string[] = [];
  if (data.parameters.noFacet) return { results, timedOut };
  // Each facet has its time; a request for hundreds of them must not take all of it.
  const end = clock() + FACETS_IN_TIME * context.config.settings.facet_time_limit_ms;
  for (const facet of parseFacets(context.request.args, data.tableConfig)) {
    const result = clock() > end ? null : computeFacet(context, data, facet);
    if (result === null) {
      noteCutShort();
      timedOut.push(facet.column);
    } else results.set(unusedName(results, facet.column), result);
  }
  return { results, timedOut };
}

function unusedName(results: ReadonlyMap<string, unknown>, name: string): string {
  let candidate = name;
  for (let number = 2; results.has(candidate); number++) candidate = `${name}_${number}`;
  return candidate;
}

/** null when it took too long. */
function computeFacet(
  context: PageContext,
  data: TableData,
  { type, column, isConfigured }: FacetRequest,
): FacetResult | null {
  const { config } = context;
  const request = context.request.fromFirstPage();
  const { connection, query, table } = data;
  // A blank name is an empty string to SQLite, so all rows have one value.
  if (
    column !== "" &&
    !table.columnNames.includes(column) &&
    !(table.usesRowid && column === "rowid")
  ) {
    throw badRequest(`Cannot facet by ${column}: there is no such column`);
  }
  const size = facetSize(request.args, data.tableConfig, config.settings);
  const sql = FACET_SQL[type](quoteIdentifier(column), query.facetSql, size + 1);
  let rows: SqlValue[][];
  try {
    rows = connection.remember(`${sql} ${parametersText(query.fromParameters)}`, () => {
      const options = {
        timeLimit: config.settings.facet_time_limit_ms,
        isVisitorSql: query.hasVisitorSql,
      };
      return connection.query(sql, query.fromParameters, options).rows;
    });
  } catch (error) {
    if (error instanceof SqlError && error.interrupted) return null;
    throw asHttpError(error, sql);
  }
  const shown = rows.slice(0, size);
  const labels =
    type === "column"
      ? findLabels(
          labelSource(context, data),
          table,
          column,
          shown.map(([value]) => value ?? null),
        )
      : null;
  return {
    name: column,
    type,
    hideable: !isConfigured,
    toggle_url: request.withoutPair([FACET_ARGUMENT[type], column]),
    results: shown.map(([value, count]) =>
      facetValue(request, type, column, value ?? null, count as bigint, labels),
    ),
    truncated: rows.length > size,
  };
}

function facetValue(
  request: PageRequest,
  type: FacetType,
  column: string,
  value: SqlValue,
  count: bigint,
  labels: Labels | null,
): FacetValue {
  const shown = type === "array" ? valueText(value) : value;
  const filter = [filterArgument(type, column), valueText(value)] as const;
  const selected = request.args.getAll(filter[0]).includes(filter[1]);
  const toggled = selected ? request.withoutPair(filter) : request.adding(filter);
  return {
    value: shown,
    label: labels?.has(value) ? labels.get(value) : shown,
    count,
    toggle_url: request.absolute(toggled),
    selected,
  };
}

function filterArgument(type: FacetType, column: string): string {
  if (type === "array") return `${column}__arraycontains`;
  if (type === "date") return `${column}__date`;
  return column.startsWith("_") ? `${column}__exact` : column;
}

/** In the order in which pages show them: configured ones as configured, then those with most values. */
export function sortFacets(data: TableData, facets: Facets): FacetResult[] {
  const configured = data.tableConfig.facets.map(({ column }) => column);
  const rank = ({ name }: FacetResult) => {
    const index = configured.lastIndexOf(name);
    return index < 0 ? configured.length : index;
  };
  return [...facets.results.values()].sort((a, b) => {
    const byRank = rank(a) - rank(b);
    if (byRank !== 0 || rank(a) < configured.length) return byRank;
    return b.results.length - a.results.length || (a.name < b.name ? 1 : a.name > b.name ? -1 : 0);
  });
}
