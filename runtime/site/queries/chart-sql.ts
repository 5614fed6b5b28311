/**
 * Charts are computed by SQLite over all rows of a table's filters or of a query. Here is the SQL of each;
 * nothing here runs it.
 */

import type { ChartSpec } from "../../core/chart-spec.ts";

/** Rows to draw from: a `select` in parentheses, and the names of its columns. */
export interface ChartSource {
  subquery: string;
  columns: readonly string[];
}

/** Bars beyond so many are taken together as others. */
export const MOST_GROUPS = 20;
/** Colours beyond so many, too: more cannot be told apart. */
export const MOST_COLORS = 8;
/** Points of a picture, and steps of a line: more than a screen shows. */
export const MOST_MARKS = 5000;
/** Bins of a histogram. */
const BINS = 30;

/** Columns of each mark: `x`, `is_other`, `color`, `value`, and `x2`, the end of a bin. */
export function chartSql(source: ChartSource, spec: ChartSpec): string {
  if (spec.kind === "scatter") return scatterSql(source, spec);
  return spec.kind === "histogram" ? histogramSql(source, spec) : groupedSql(source, spec);
}

/** `data`: a row for each row that counts, with what the marks are made from. */
function dataOf(source: ChartSource, x: string, y: string, color: string, where: string): string {
  // By position, because the columns of a query may share names.
  const names = source.columns.map((_, at) => `c${at}`).join(", ");
  return `with source(${names}) as ${source.subquery},
marked as (select ${x} as x, ${y} as y, ${color} as color from source),
data as (select * from marked where ${where})`;
}

function columnOf({ columns }: ChartSource, name: string | null): string {
  return name === null ? "null" : `c${columns.indexOf(name)}`;
}

/** SQLite takes text for 0 when it sums: here it is left out. */
function numberOf(source: ChartSource, name: string | null): string {
  const column = columnOf(source, name);
  return `case when typeof(${column}) in ('integer', 'real') then ${column} end`;
}

function groupedSql(source: ChartSource, spec: ChartSpec): string {
  const isLine = spec.kind === "line";
  const counts = spec.y === null || spec.aggregate === "count";
  const data = dataOf(
    source,
    isLine ? stepOf(source, spec) : columnOf(source, spec.x),
    counts ? "1" : numberOf(source, spec.y),
    columnOf(source, spec.color),
    isLine ? "x is not null and y is not null" : "y is not null",
  );
  const groups = isLine ? "" : `,\n${commonest("groups", "x", MOST_GROUPS, weightOf(spec))}`;
  const colors = spec.color === null ? "" : `,\n${commonest("colors", "color", MOST_COLORS)}`;
  const isOther = isLine ? "0" : "x is not null and x not in (select x from groups)";
  const marks = `marks as (select case when ${isOther} then null else x end as x, ${isOther} as is_other,
  ${colorOf(spec)} as color, y from data)`;
  const same = "x, is_other, color";
  const rows =
    spec.aggregate === "median"
      ? `(select *, row_number() over (partition by ${same} order by y) as place, count(*) over (partition by ${same}) as places from marks)
where place in ((places + 1) / 2, (places + 2) / 2)`
      : "marks";
  return `${data}${groups}${colors},
${marks}
select ${same}, ${markValue(spec)} as value, null as x2 from ${rows}
group by ${same} order by ${isLine ? "x" : "is_other, sum(y) desc, x"} limit ${MOST_MARKS}`;
}

function commonest(name: string, column: string, most: number, weight = "count(*)"): string {
  return `${name} as (select ${column} from data where ${column} is not null group by ${column} order by ${weight} desc, ${column} limit ${most})`;
}

/** What makes a group one of the largest: what it adds up to, where that says something. */
function weightOf({ aggregate }: ChartSpec): string {
  return aggregate === "sum" || aggregate === "share" ? "sum(y)" : "count(*)";
}

function colorOf({ color }: ChartSpec): string {
  if (color === null) return "null";
  return "case when color is null or color in (select color from colors) then color else '(others)' end";
}

function markValue({ aggregate, y }: ChartSpec): string {
  if (aggregate === "share") return "100.0 * sum(y) / (select sum(y) from data)";
  if (aggregate === "count" || y === null) return "count(*)";
  return aggregate === "median" ? "avg(y)" : `${aggregate}(y)`;
}

/** The first day of the day, week (from Monday), month or year of a date; other values as they are. */
function stepOf(source: ChartSource, { x, unit }: ChartSpec): string {
  const value = columnOf(source, x);
  const day = dayOf(value);
  switch (unit) {
    case "day":
      return day;
    case "week":
      return `date(${day}, '-6 days', 'weekday 1')`;
    case "month":
      return `strftime('%Y-%m-01', ${day})`;
    case "year":
      return `strftime('%Y-01-01', ${day})`;
    case null:
      return value;
  }
}

/** The date of a value; of a month such as 2026-11, which SQLite takes for none, its first day. */
export function dayOf(value: string): string {
  return `coalesce(date(${value}), date(${value} || '-01'))`;
}

/** All points, or evenly chosen ones. */
function scatterSql(source: ChartSource, spec: ChartSpec): string {
  const { x, y, color } = spec;
  const filled = "x is not null and y is not null";
  const data = dataOf(
    source,
    numberOf(source, x),
    numberOf(source, y),
    columnOf(source, color),
    filled,
  );
  const colors = color === null ? "" : `,\n${commonest("colors", "color", MOST_COLORS)}`;
  return `${data}${colors},
points as (select *, row_number() over () as place, count(*) over () as points from data)
select x, 0 as is_other, ${colorOf(spec)} as color, y as value, null as x2 from points
where place % ((points + ${MOST_MARKS - 1}) / ${MOST_MARKS}) = 0`;
}

/** Whole numbers that are few get a bin each. */
function histogramSql(source: ChartSource, { x }: ChartSpec): string {
  const data = dataOf(source, numberOf(source, x), "1", "null", "x is not null");
  return `${data},
ends as (select min(x) as low, max(x) as high, sum(x != round(x)) as fractions from data),
shape as (select low, case when fractions = 0 and high - low < ${BINS} then 1.0 else (high - low) / ${BINS}.0 end as width from ends),
bins as (select low, width, min(case when width = 1.0 then ${BINS} else ${BINS - 1} end, cast((x - low) / width as integer)) as bin from data, shape)
select low + bin * width as x, 0 as is_other, null as color, count(*) as value, low + (bin + 1) * width as x2
from bins group by bin order by bin`;
}
