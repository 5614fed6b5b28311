/** Charts of the rows of a table page, over all its pages, or of a query. */

import type { ChartSpec } from "../../../core/chart-spec.ts";
import type { QueryOptions, SqlParameters } from "../../../core/sqlite/connection.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import { badRequest } from "../../errors.ts";
import type { ChartRequest } from "../../parameters/chart-parameters.ts";
import { type ChartSource, chartSql, dayOf } from "../../queries/chart-sql.ts";
import {
  type ColumnKind,
  type ColumnProfile,
  kindOf,
  suggestChart,
  unitFor,
} from "../../queries/chart-suggestion.ts";
import { findLabels } from "../../queries/labels.ts";
import { asSubquery } from "../../queries/sql-text.ts";
import type { OpenDatabase, PageContext } from "../context.ts";
import { labelSource } from "../open-table.ts";
import { type QueryData, queryOptions } from "../query/query-data.ts";
import { asHttpError } from "../sql-errors.ts";
import type { TableRequest } from "../table/table-request.ts";

/** What a chart is made from. */
export interface ChartRows extends OpenDatabase, ChartSource {
  parameters: SqlParameters;
  options: QueryOptions;
  isKey(column: string): boolean;
  /** What values of a column are called; null where they are called what they are. */
  labelsOf(column: string, values: readonly SqlValue[]): ((value: SqlValue) => SqlValue) | null;
}

export interface ChartMark {
  x: SqlValue;
  /** The end of a bin. */
  x2: SqlValue;
  /** It stands for all groups that are too small to be shown. */
  isOther: boolean;
  color: SqlValue;
  value: SqlValue;
}

export interface Chart {
  /** null where nothing was asked for and nothing is worth a look. */
  spec: ChartSpec | null;
  columns: readonly { name: string; kind: ColumnKind }[];
  marks: readonly ChartMark[];
  /** All rows; null where counting took too long. */
  rows: number | null;
  /** Those that the marks are made from: the others lack what is drawn. */
  used: number;
  /** How many marks there would be; more than are drawn where a picture does not hold them. */
  steps: number;
  /** What was run; null without a spec. */
  sql: string | null;
  parameters: SqlParameters;
}

/** Rows that a suggestion looks at. */
const SAMPLE = 2000;
/** More columns than this have no profile of their own: a statement has its limits. */
const PROFILED = 200;

export function tableChartRows(context: PageContext, asked: TableRequest): ChartRows {
  const { table, query, options } = asked;
  const columns = [...(table.usesRowid ? ["rowid"] : []), ...table.columnNames].slice(0, 2000);
  const references = new Set(table.foreignKeys.map(({ column }) => column));
  return {
    ...asked,
    subquery: `(${query.facetSql})`,
    columns,
    parameters: query.fromParameters,
    options,
    isKey: (column) =>
      column === "rowid" || table.primaryKeys.includes(column) || references.has(column),
    labelsOf: (column, values) => {
      const labels = findLabels(labelSource(context, asked), table, column, values);
      return labels && ((value) => (labels.has(value) ? labels.get(value) : value));
    },
  };
}

/** @throws HttpError 400 for SQL that failed or cannot be a part of other SQL */
export function queryChartRows(context: PageContext, query: QueryData): ChartRows {
  if (query.error !== null) throw badRequest(query.error);
  const subquery = asSubquery(query.ran.sql);
  if (subquery === null) throw badRequest("There is no chart of this statement");
  return {
    ...query,
    subquery,
    parameters: query.ran.values,
    options: queryOptions(context, query),
    isKey: (column) => /(^|_)(id|pk|rowid)$/i.test(column),
    labelsOf: () => null,
  };
}

/** @throws HttpError 400 */
export function chartOf(rows: ChartRows, asked: ChartRequest): Chart {
  const profiles = profile(rows);
  const spec = complete(asked, profiles);
  const { parameters } = rows;
  const columns = profiles.map((each) => ({ name: each.name, kind: kindOf(each) }));
  const count = countRows(rows);
  const nothing = { columns, marks: [], rows: count, used: 0, steps: 0, parameters };
  if (spec === null) return { ...nothing, spec, sql: null };
  const sql = chartSql(rows, spec);
  const found = runSql(rows, sql);
  const marks = found.map(
    ([x = null, isOther, color = null, value = null, x2 = null]): ChartMark => ({
      x,
      x2,
      isOther: isOther === 1n,
      color,
      value,
    }),
  );
  const [used, steps] = [5, 6].map((at) => found.map((row) => Number(row[at] ?? 0)));
  return {
    ...nothing,
    spec,
    marks: labelled(rows, spec, marks),
    used: spec.kind === "scatter" ? (used![0] ?? 0) : used!.reduce((sum, each) => sum + each, 0),
    steps: steps![0] ?? 0,
    sql,
  };
}

/** What was asked for, with what was left open; a suggestion where nothing was. */
function complete(asked: ChartRequest, profiles: readonly ColumnProfile[]): ChartSpec | null {
  if (asked.kind === null) return suggestChart(profiles);
  for (const column of [asked.x, asked.y, asked.color]) {
    if (column !== null && !profiles.some(({ name }) => name === column)) {
      throw badRequest(`There is no column ${column} to draw`);
    }
  }
  const across = profiles.find(({ name }) => name === asked.x);
  if (asked.x === null || across === undefined) throw badRequest("_x is needed for a chart");
  if (asked.kind === "scatter" && asked.y === null) throw badRequest("_y is needed for points");
  const isTime = asked.kind === "line" && kindOf(across) === "date";
  return {
    ...asked,
    kind: asked.kind,
    x: asked.x,
    unit: isTime ? (asked.unit ?? unitFor(across)) : null,
  };
}

/** Each column of a sample of the rows, in one statement. */
function profile(rows: ChartRows): ColumnProfile[] {
  const names = rows.columns.map((_, at) => `c${at}`);
  const profiled = names.slice(0, PROFILED);
  const facts = profiled.flatMap((column) => [
    `count(${column})`,
    `count(distinct ${column})`,
    `sum(typeof(${column}) in ('integer', 'real'))`,
    `count(${dayOf(column)})`,
    `min(${column})`,
    `max(${column})`,
  ]);
  const [values = []] = runSql(
    rows,
    `with source(${names.join(", ")}) as ${rows.subquery},
sample as (select * from source limit ${SAMPLE}) select ${facts.join(", ")} from sample`,
  );
  return profiled.map((_, at): ColumnProfile => {
    const name = rows.columns[at]!;
    const [filled, distinct, numbers, dates, least = null, most = null] = values.slice(
      at * 6,
      at * 6 + 6,
    );
    return {
      name,
      isKey: rows.isKey(name),
      filled: Number(filled ?? 0),
      distinct: Number(distinct ?? 0),
      numbers: Number(numbers ?? 0),
      dates: Number(dates ?? 0),
      least: least === null ? null : valueText(least),
      most: most === null ? null : valueText(most),
    };
  });
}

function countRows(rows: ChartRows): number | null {
  try {
    return Number(runSql(rows, `select count(*) from ${rows.subquery}`)[0]?.[0] ?? 0);
  } catch {
    // It is only said how many there are.
    return null;
  }
}

function labelled(rows: ChartRows, spec: ChartSpec, marks: readonly ChartMark[]): ChartMark[] {
  const named = (column: string | null, of: (mark: ChartMark) => SqlValue) =>
    column === null ? null : rows.labelsOf(column, [...new Set(marks.map(of))]);
  const x = spec.kind === "bar" ? named(spec.x, (mark) => mark.x) : null;
  const color = named(spec.color, (mark) => mark.color);
  return marks.map((mark) => ({
    ...mark,
    x: x === null ? mark.x : x(mark.x),
    color: color === null ? mark.color : color(mark.color),
  }));
}

/** @throws HttpError 400 */
export function runSql({ connection, parameters, options }: ChartRows, sql: string): SqlValue[][] {
  try {
    return connection.query(sql, parameters, options).rows;
  } catch (error) {
    throw error instanceof SqlError ? asHttpError(error, sql) : error;
  }
}
