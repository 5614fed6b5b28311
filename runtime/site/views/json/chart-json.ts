import type { Chart } from "../../pages/chart/chart-data.ts";
import { parametersJson, rawValue } from "./json.ts";

/** `withSql`: whether the reader may see the SQL. */
export function chartJson(chart: Chart, withSql: boolean): Record<string, unknown> {
  return {
    ok: true,
    chart: chart.spec,
    columns: chart.columns,
    rows: chart.rows,
    rows_used: chart.used,
    steps: chart.steps,
    marks: chart.marks.map(({ x, x2, isOther, color, value }) => ({
      x: rawValue(x),
      ...(x2 === null ? {} : { x2: rawValue(x2) }),
      ...(isOther ? { is_other: true } : {}),
      ...(color === null ? {} : { color: rawValue(color) }),
      value: rawValue(value),
    })),
    sql: withSql ? chart.sql : null,
    params: withSql ? parametersJson(chart.parameters) : {},
  };
}
