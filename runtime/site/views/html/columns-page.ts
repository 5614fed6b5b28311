/** The page about the columns of a table: a card for each. */
import type {
  Bin,
  ColumnCard,
  ColumnsPage,
  RangeForm,
} from "../../pages/columns/columns-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { cssClass } from "../css-class.ts";
import { counted, grouped } from "../text/numbers.ts";
import { formPath } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";

export function columnsHtml({ database, table, ...page }: ColumnsPage, layout: Layout): string {
  const rows = page.sample === null ? "all rows" : `${counted(page.sample, "row")}, a sample,`;
  const note = html`<p class="soft">Of ${rows} of the table, whatever is filtered.</p>`;
  const { columns } = page;
  return pageHtml(layout, {
    title: `${database}: ${table}: columns`,
    bodyClass: `columns db-${cssClass(database)} table-${cssClass(table)}`,
    content: html`<div class="page-header"><h1>Columns of ${table}</h1></div>
<p><a href="${page.tableHref}">The rows</a></p>
<div class="column-summaries">${note}
${columns === null ? html`<p class="soft">Looking at all values took too long.</p>` : columns.map(card)}</div>`,
  });
}

function card(column: ColumnCard): Html {
  const { name, type, description, range, lengths, form } = column;
  return html`<section class="column-summary" data-column="${name}">
<h2>${name}${type === "" ? NOTHING : html` <small>${type.toLowerCase()}</small>`}</h2>
${description === null ? NOTHING : html`<p>${description}</p>`}
<p class="facts">${facts(column)}</p>
${histogram(column)}
${range === null ? NOTHING : html`<dl class="range"><dt>smallest</dt><dd>${range.min}</dd><dt>median</dt><dd>${range.median}</dd><dt>largest</dt><dd>${range.max}</dd></dl>`}
${commonValues(column)}
${lengths === null || column.values.length > 0 ? NOTHING : html`<p class="soft">${lengths.min === lengths.max ? counted(lengths.max, "character") : `${grouped(lengths.min)} to ${counted(lengths.max, "character")}`} each</p>`}
${form === null ? NOTHING : rangeForm(form, name)}
</section>
`;
}

function facts({ rows, missing, missingHref, empty, distinct, kind }: ColumnCard): Html {
  const filled = rows - missing - empty;
  const different =
    kind === "blob" || filled === 0
      ? ""
      : distinct === filled
        ? "all different"
        : `${grouped(distinct)} different`;
  return html`${kind === "blob" ? counted(filled, "BLOB") : counted(filled, "value")}${different === "" ? "" : `, ${different}`}${
    missing === 0 ? "" : html`, <a href="${missingHref}">${percent(missing, rows)} missing</a>`
  }${empty === 0 ? "" : `, ${grouped(empty)} empty`}`;
}

function percent(part: number, all: number): string {
  const share = (100 * part) / all;
  if (share > 0 && share < 0.1) return "less than 0.1 %";
  return `${share < 10 ? share.toFixed(1).replace(/\.0$/, "") : Math.round(share)} %`;
}

const WIDTH = 240;
const HEIGHT = 56;

/** A bar for each bin; the whole height of each is a link. Keyboards have the form below. */
function histogram({ name, histogram: bins }: ColumnCard): Content {
  if (bins.length === 0) return NOTHING;
  const most = Math.max(...bins.map(({ count }) => count));
  const width = WIDTH / bins.length;
  return html`<svg class="histogram" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="group" aria-label="How ${name} is spread">${bins.map(
    (bin, at) => {
      const height = bin.count === 0 ? 0 : Math.max(1.5, (HEIGHT * bin.count) / most);
      return html`<a href="${bin.href}" tabindex="-1" aria-label="${binText(bin)}"><title>${binText(bin)}</title><rect class="room" x="${short(at * width)}" y="0" width="${short(width)}" height="${HEIGHT}"></rect><rect x="${short(at * width + 0.5)}" y="${short(HEIGHT - height)}" width="${short(width - 1)}" height="${short(height)}"></rect></a>`;
    },
  )}</svg>`;
}

function binText({ from, to, count }: Bin): string {
  return `${from} to ${to}: ${counted(count, "row")}`;
}

function short(length: number): string {
  return String(Math.round(length * 100) / 100);
}

function commonValues({ values, histogram: bins }: ColumnCard): Content {
  if (values.length === 0 || bins.length > 0) return NOTHING;
  const most = values[0]!.count;
  return html`<ul class="common-values">${values.map(
    ({ label, count, href }) =>
      html`<li><a href="${href}">${label}</a><span class="facet-count">${grouped(count)}</span><span class="bar bar-${Math.max(1, Math.round((20 * count) / most))}"></span></li>\n`,
  )}</ul>`;
}

function rangeForm({ action, from, to, hiddenFields }: RangeForm, name: string): Html {
  return html`<form class="range-form" action="${formPath(action)}" method="get">
${hiddenFields.map((field) => html`<input type="hidden" name="${field.name}" value="${field.value}">`)}
<label>from <input type="text" name="${from.name}" value="${from.value}" aria-label="${name} from"></label>
<label>to <input type="text" name="${to.name}" value="${to.value}" aria-label="${name} to"></label>
<button type="submit">Filter</button>
</form>`;
}
