import type { NumberAggregate } from "../../core/config/dashboard-types.ts";
import type { ChartSource } from "./chart-sql.ts";

/** One number that is made of all rows; values that are no numbers are left out. */
export function numberSql(
  { subquery, columns }: ChartSource,
  aggregate: NumberAggregate,
  column: string | null,
): string {
  const names = columns.map((_, at) => `c${at}`).join(", ");
  const source = `with source(${names}) as ${subquery}`;
  if (column === null) return `${source} select count(*) from source`;
  const name = `c${columns.indexOf(column)}`;
  if (aggregate === "count") return `${source} select count(${name}) from source`;
  const numbers = `${source},
numbers as (select ${name} as n from source where typeof(${name}) in ('integer', 'real'))`;
  // sum() of integers fails where it leaves 64 bits; what a double holds stays an integer.
  if (aggregate === "sum") {
    return `${numbers} select case when count(n) = 0 then null when max(typeof(n) = 'real') or abs(total(n)) > 9007199254740991 then total(n) else cast(total(n) as integer) end from numbers`;
  }
  if (aggregate !== "median") return `${numbers} select ${aggregate}(n) from numbers`;
  return `${numbers},
placed as (select n, row_number() over (order by n) as place, count(*) over () as places from numbers)
select avg(n) from placed where place in ((places + 1) / 2, (places + 2) / 2)`;
}
