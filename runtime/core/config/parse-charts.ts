import { AGGREGATES, CHART_KINDS, TIME_UNITS } from "../chart-spec.ts";
import { ConfigError, nearest } from "./config-error.ts";
import type { ChartConfig } from "./dashboard-types.ts";
import { describe, Reader } from "./reader.ts";

export const CHART_KEYS = ["kind", "x", "y", "aggregate", "color", "colour", "unit", "title"];

/** `charts` of a table or a query. */
export function parseCharts(config: Reader): ChartConfig[] {
  return config.list("charts").map((item, at) => {
    const chart = new Reader(`${config.at("charts")}[${at}]`, item);
    chart.allowOnly(CHART_KEYS);
    return parseChart(chart);
  });
}

/** @throws ConfigError for a chart that could not be drawn */
export function parseChart(chart: Reader): ChartConfig {
  const kind = oneOf(chart, "kind", CHART_KINDS);
  const x = chart.string("x");
  const y = chart.string("y");
  if (kind === null) throw new ConfigError(chart.at("kind"), `missing: ${CHART_KINDS.join(", ")}`);
  if (x === null) throw new ConfigError(chart.at("x"), "missing: the column across");
  if (kind === "scatter" && y === null) {
    throw new ConfigError(chart.at("y"), "missing: points need a column that goes up");
  }
  const aggregate = oneOf(chart, "aggregate", AGGREGATES);
  if (y === null && aggregate !== null && aggregate !== "count" && aggregate !== "share") {
    throw new ConfigError(chart.at("y"), `missing: the column whose ${aggregate} is drawn`);
  }
  return {
    kind,
    x,
    y,
    aggregate: aggregate ?? (y === null ? "count" : "sum"),
    color: chart.string("color") ?? chart.string("colour"),
    unit: oneOf(chart, "unit", TIME_UNITS),
    title: chart.string("title"),
  };
}

/** null when absent. */
export function oneOf<T extends string>(
  reader: Reader,
  key: string,
  known: readonly T[],
): T | null {
  const value = reader.value[key];
  if (value === undefined || value === null) return null;
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  const suggestion = typeof value === "string" ? nearest(value, known) : null;
  throw new ConfigError(
    reader.at(key),
    `expected one of ${known.join(", ")}, got ${describe(value)}`,
    suggestion === null ? null : `Did you mean "${suggestion}"?`,
  );
}
