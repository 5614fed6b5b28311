/** The page of a dashboard: its parameters, and its parts in a grid. Works without script, and on paper. */
import { valueText } from "../../../core/sqlite/values.ts";
import type {
  ChosenParameter,
  DashboardPage,
  PartContent,
  PartPage,
} from "../../pages/dashboard/dashboard-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { cssClass } from "../css-class.ts";
import { numberText } from "../svg/scales.ts";
import { grouped } from "../text/numbers.ts";
import { chartFigure, chartTitle } from "./chart.ts";
import { formPath, versionField } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { markdown } from "./markdown.ts";
import { pageHtml } from "./page.ts";
import { plainTable, tableOfRows } from "./rows-table.ts";

/** Pixels of a sixth of a page that is as wide as pages get, with the gap beside it. */
const SIXTH = 200;
const INSIDE = 50;

export function dashboardHtml(page: DashboardPage, layout: Layout): string {
  const { title, description, database } = page;
  return pageHtml(layout, {
    title: `${title} (${database})`,
    shared: { title, description },
    bodyClass: `dashboard-page db-${cssClass(database)}`,
    content: html`<div class="page-header"><h1>${title}</h1></div>
${description === null ? NOTHING : html`<div class="metadata-description">${description}</div>`}
${page.parameters.length === 0 ? NOTHING : parameterForm(page, layout)}
<div class="dashboard">
${page.parts.map((part) => partHtml(part, layout))}</div>
${page.parts.length === 0 ? html`<p class="soft">There is nothing here that you may see.</p>` : NOTHING}`,
  });
}

function parameterForm({ action, parameters }: DashboardPage, { links }: Layout): Html {
  return html`<form class="dashboard-form" action="${formPath(action)}" method="get">${versionField(links)}
${parameters.map(parameterField)}<button type="submit" class="primary">Apply</button>
</form>`;
}

function parameterField({ name, label, value, options }: ChosenParameter): Html {
  if (options === null) {
    return html`<label>${label} <input type="text" name="${name}" value="${value}"></label>\n`;
  }
  const choices = options.includes("") ? options : ["", ...options];
  return html`<label>${label} <select name="${name}">${choices.map(
    (option) =>
      html`<option value="${option}"${option === value ? html` selected` : NOTHING}>${option || "(all)"}</option>`,
  )}</select></label>\n`;
}

function partHtml({ title, width, href, content }: PartPage, layout: Layout): Html {
  const heading =
    title ?? (content.kind === "chart" ? chartTitle(content.chart, content.config) : null);
  const name = href === null ? html`${heading}` : html`<a href="${href}">${heading}</a>`;
  return html`<section class="part part-${content.kind} span-${width}">
${heading === null ? NOTHING : html`<h2>${name}</h2>`}
${partContent(content, width, layout)}
</section>
`;
}

function partContent(content: PartContent, width: number, { truncateCells }: Layout): Content {
  switch (content.kind) {
    case "text":
      return markdown(content.markdown);
    case "number":
      return html`<p class="figure">${content.prefix}${numberOf(content.value)}${content.suffix}</p>`;
    case "chart":
      if (content.chart.marks.length === 0)
        return html`<p class="soft">There is nothing to draw.</p>`;
      return chartFigure(content.chart, { width: width * SIXTH - INSIDE });
    case "table":
      if (content.rows.length === 0) return html`<p class="zero-results">0 records</p>`;
      return tableOfRows(content.columns, content.rows, content.tableHref, truncateCells).markup;
    case "result": {
      if (content.rows.length === 0) return html`<p class="zero-results">0 results</p>`;
      const columns = content.columns.map((name) => ({ name, columnType: null }));
      return plainTable(columns, content.rows, truncateCells).markup;
    }
    case "failure":
      return html`<p class="message-error">${content.message}</p>`;
  }
}

function numberOf(value: Extract<PartContent, { kind: "number" }>["value"]): string {
  if (value === null) return "–";
  if (typeof value === "bigint") return grouped(value);
  return typeof value === "number" ? numberText(value) : valueText(value);
}
