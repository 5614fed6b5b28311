/** Where the charts of the configuration are. */
import type { ChartConfig } from "../../core/config/dashboard-types.ts";
import { withMore } from "../links.ts";
import { encodePairs, type Pair } from "../query-string.ts";
import { describeChart } from "../views/text/chart-names.ts";

/** A chart that the configuration names, drawn by the server at `href`, in the panel for `fragment`. */
export interface ChartLink {
  title: string;
  href: string;
  fragment: string;
}

export function chartLinks(page: string, charts: readonly ChartConfig[]): ChartLink[] {
  return charts.map((chart) => ({
    title: chart.title ?? describeChart(chart).title,
    href: chartPageHref(page, chart),
    fragment: chartFragment(chart),
  }));
}

/** What the chart panel of a page reads from its address. */
export function chartFragment({ kind, x, y, aggregate, color, unit }: ChartConfig): string {
  const pairs: Pair[] = [
    ["chart", kind],
    ["x", x],
    ["y", y ?? ""],
    ["aggregate", aggregate],
    ["color", color ?? ""],
    ["unit", unit ?? ""],
  ];
  return `#${encodePairs(pairs.filter(([, value]) => value !== ""))}`;
}

/** The page of a chart alone, which the server draws. */
function chartPageHref(page: string, config: ChartConfig): string {
  const { kind, x, y, aggregate, color, unit } = config;
  const pairs: Pair[] = [
    ["_embed", "chart"],
    ["_chart", kind],
    ["_x", x],
    ["_y", y ?? ""],
    ["_aggregate", aggregate],
    ["_color", color ?? ""],
    ["_unit", unit ?? ""],
  ];
  return withMore(page, encodePairs(pairs.filter(([, value]) => value !== "")));
}
