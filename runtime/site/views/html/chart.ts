/** Charts that the server draws, for pages without script. */
import type { ChartConfig } from "../../../core/config/dashboard-types.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { Chart } from "../../pages/chart/chart-data.ts";
import { leftOut } from "../svg/bar-chart.ts";
import { chartSvg } from "../svg/chart-svg.ts";
import { describeChart, describeCoverage } from "../text/chart-names.ts";
import { type Html, html, NOTHING, trusted } from "./html.ts";

/** What a phone shows at its natural size. Pixels. */
const NARROW = 340;

/** The picture for wide screens, and one for phones: letters keep their size. Style sheets choose. */
export function chartFigure(
  chart: Chart,
  { title = "", source = "", width }: { title?: string; source?: string; width: number },
): Html {
  const draw = (pixels: number) => trusted(chartMarkup(chart, title, source, pixels));
  const note = coverage(chart);
  const below = note === "" ? NOTHING : html`<p class="soft chart-note">${note}</p>`;
  if (width <= NARROW) return html`<figure class="chart">${draw(width)}</figure>${below}`;
  return html`<figure class="chart wide">${draw(width)}</figure><figure class="chart narrow">${draw(NARROW)}</figure>${below}`;
}

/** What is not in the picture; "" where all is. */
function coverage({ spec, rows, used, steps, marks }: Chart): string {
  if (spec === null) return "";
  const left =
    spec.kind === "bar"
      ? leftOut(marks.map(({ x, isOther, value }) => ({ x, is_other: isOther, value })))
      : null;
  if (left === null && used === rows && steps === marks.length) return "";
  return describeCoverage(spec, { rows, used, steps, marks: marks.length, leftOut: left });
}

export function chartMarkup(chart: Chart, title: string, source: string, width: number): string {
  const { spec } = chart;
  if (spec === null) return "";
  const { title: _title, ...names } = describeChart(spec);
  const marks = chart.marks.map((mark) => ({
    x: plain(mark.x),
    x2: plain(mark.x2) ?? undefined,
    is_other: mark.isOther,
    color: plain(mark.color),
    value: mark.value === null ? null : Number(mark.value),
  }));
  return chartSvg({ kind: spec.kind, marks, title, names, source, width });
}

function plain(value: SqlValue): string | number | null {
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? "(binary)" : value;
}

export function chartTitle(chart: Chart, config: ChartConfig | null): string {
  return config?.title ?? (chart.spec === null ? "" : describeChart(chart.spec).title);
}
