/** A chart, table or map alone, for frames on other sites: with a link to the page that it is from. */
import type { ChartConfig } from "../../../core/config/dashboard-types.ts";
import type { Chart } from "../../pages/chart/chart-data.ts";
import type { Layout } from "../../pages/layout.ts";
import { chartFigure, chartTitle } from "./chart.ts";
import { type Content, html, NOTHING, trusted } from "./html.ts";
import { licence } from "./metadata.ts";
import { pageHtml } from "./page.ts";

export interface Embedded {
  title: string;
  /** The whole page. */
  href: string;
  /** Classes of the body element, as on the whole page. */
  bodyClass: string;
}

/** Pixels. */
const WIDTH = 900;

export function chartEmbedHtml(
  page: Embedded,
  chart: Chart,
  config: ChartConfig | null,
  layout: Layout,
): string {
  const title = chartTitle(chart, config);
  const source = layout.links.absolute(page.href).replace(/^https?:\/\//, "");
  const picture =
    chart.marks.length === 0
      ? html`<p class="soft">There is nothing to draw.</p>`
      : chartFigure(chart, { title, source: source.split("?")[0]!, width: WIDTH });
  return frame({ ...page, title: title || page.title }, "chart", picture, layout);
}

/** `rows` is the markup of a table; a script draws the map above it. */
export function rowsEmbedHtml(
  page: Embedded,
  kind: "table" | "map",
  rows: string,
  layout: Layout,
): string {
  const place = kind === "map" ? html`<p class="panel-buttons" hidden></p>` : NOTHING;
  return frame(page, kind, html`${place}${trusted(rows)}`, layout);
}

function frame(page: Embedded, kind: string, content: Content, layout: Layout): string {
  return pageHtml(layout, {
    title: page.title,
    bodyClass: `embed embed-${kind} ${page.bodyClass}`,
    isEmbedded: true,
    content: html`${content}
<p class="embed-source"><a href="${page.href}" target="_blank" rel="noopener">${page.title}</a> ${licence({}, layout.siteMetadata)}</p>`,
  });
}
