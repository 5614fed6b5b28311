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
/** Bins of a histogram, about. */
const BINS = 30;
/** SQLite knows infinite numbers, which no axis leads to. */
const LARGEST = "1e300";

/**
 * Columns of each mark: `x`, `is_other`, `color`, `value`; `x2`, the end of a bin; `used`, how many rows are
 * in it (of points: in all of them); `steps`, how many marks there would be.
 */
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
  const used = spec.aggregate === "median" ? "max(places)" : "count(*)";
  return `${data}${groups}${colors},
${marks}
select ${same}, ${markValue(spec)} as value, null as x2, ${used} as used, count(*) over () as steps from ${rows}
group by ${same} order by ${isLine ? "x" : "is_other, total(y) desc, x"} limit ${MOST_MARKS}`;
}

function commonest(name: string, column: string, most: number, weight = "count(*)"): string {
  return `${name} as (select ${column} from data where ${column} is not null group by ${column} order by ${weight} desc, ${column} limit ${most})`;
}

/** What makes a group one of the largest: what it adds up to, where that says something. */
function weightOf({ aggregate }: ChartSpec): string {
  return aggregate === "sum" || aggregate === "share" ? "total(y)" : "count(*)";
}

function colorOf({ color }: ChartSpec): string {
  if (color === null) return "null";
  return "case when color is null or color in (select color from colors) then color else '(others)' end";
}

function markValue({ aggregate, y }: ChartSpec): string {
  // SQLite's sum() of integers fails where it leaves 64 bits.
  if (aggregate === "share") return "100.0 * total(y) / (select total(y) from data)";
  if (aggregate === "count" || y === null) return "count(*)";
  if (aggregate === "sum") return "total(y)";
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

/**
 * The date of a text that begins with a year and a month; of a month such as 2026-11, which SQLite takes for
 * none, its first day. SQLite takes more for dates: numbers for days since 4714 BC, "now" for today.
 */
export function dayOf(value: string): string {
  return `case when typeof(${value}) = 'text' and ${value} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' then coalesce(date(${value}), date(${value} || '-01')) end`;
}

/** All points, or evenly chosen ones. */
function scatterSql(source: ChartSource, spec: ChartSpec): string {
  const { x, y, color } = spec;
  const filled = `x between -${LARGEST} and ${LARGEST} and y between -${LARGEST} and ${LARGEST}`;
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
select x, 0 as is_other, ${colorOf(spec)} as color, y as value, null as x2, points as used, points as steps from points
where place % ((points + ${MOST_MARKS - 1}) / ${MOST_MARKS}) = 0`;
}

/** Bins begin and end at round numbers: 1, 2 or 5 with zeros. Whole numbers that are few get a bin each. */
function histogramSql(source: ChartSource, { x }: ChartSpec): string {
  const filled = `x between -${LARGEST} and ${LARGEST}`;
  const data = dataOf(source, numberOf(source, x), "1", "null", filled);
  return `${data},
ends as (select (max(x) - min(x)) / ${BINS}.0 as least, max(x != round(x)) as has_fractions from data),
powers as (select *, pow(10, floor(log10(least))) as power from ends),
steps as (select *, power * case when least <= power then 1 when least <= 2 * power then 2 when least <= 5 * power then 5 else 10 end as step from powers),
shape as (select case when least = 0 then 1.0 when has_fractions then step else max(1.0, step) end as width from steps),
bins as (select width, cast(floor(round(x / width, 9)) as integer) as bin from data, shape)
select bin * width as x, 0 as is_other, null as color, count(*) as value, (bin + 1) * width as x2, count(*) as used, count(*) over () as steps
from bins group by bin order by bin`;
}
