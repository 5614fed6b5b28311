/** The page of a table or view. */
import type { Layout } from "../../pages/layout.ts";
import type { TablePage } from "../../pages/table/table-page-type.ts";
import { cssClass } from "../css-class.ts";
import { counted, grouped, rowCount } from "../text/numbers.ts";
import { truncateText } from "../text/truncate.ts";
import { facetResults } from "./facets.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { about, licence } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { type RowsTable, tableOfRows } from "./rows-table.ts";
import { chartLinksHtml } from "./share-tool.ts";
import { highlightSql } from "./sql-highlight.ts";
import { tableToolbar } from "./table-toolbar.ts";

/** A page, and how many of its rows are on it: no more than a page can hold. */
export interface TableHtml {
  html: string;
  shown: number;
}

export function tableHtml(page: TablePage, layout: Layout): TableHtml {
  const { database, table } = page;
  const { markup, shown } = rowsOf(page, layout);
  const document = pageHtml(layout, {
    title: [`${database}: ${table}:`, countText(page), page.humanDescription]
      .filter(Boolean)
      .join(" "),
    shared: {
      title: page.metadata.title || `${table} (${database})`,
      description: page.metadata.description,
    },
    bodyClass: `table db-${cssClass(database)} table-${cssClass(table)}`,
    allowFacet: page.allowFacet,
    content: html`<div class="page-header"><h1>${page.metadata.title || table}${page.isView ? " (view)" : ""}</h1>
${summary(page)}${licence(page.metadata, layout.siteMetadata)}</div>
${about(page.metadata)}
${ignoredSearch(page)}
${tableToolbar(page, layout)}
${chartLinksHtml(page.charts)}
${filterChips(page)}
${extraWheres(page)}
${page.facetsTimedOut.length === 0 ? NOTHING : html`<p class="facets-timed-out">These facets took too long: ${page.facetsTimedOut.join(", ")}</p>`}
<div class="sheet">
${facetResults(page)}
<div class="sheet-rows">
${markup}
${page.isShortened ? html`<p class="shortened">${counted(shown, "row")} are shown: more would be too large for a page.</p>` : NOTHING}
${pagination(page, shown)}
</div>
</div>
${definition(page)}`,
  });
  return { html: document, shown };
}

/** The rows alone, without the page around them. */
export function tableFragmentHtml(page: TablePage, layout: Layout): string {
  return rowsOf(page, layout).markup.text;
}

function rowsOf({ columns, rows, tableHref }: TablePage, { truncateCells }: Layout): RowsTable {
  const { markup, shown } = tableOfRows(columns, rows, tableHref, truncateCells);
  const nothing = rows.length === 0 ? html`<p class="zero-results">0 records</p>` : NOTHING;
  return { markup: html`${markup}\n${nothing}`, shown };
}

/** Which rows of how many, and the ways to the pages before and after. */
function pagination(page: TablePage, shown: number): Content {
  const { previousHref, nextHref, firstRow, count, countTruncated } = page;
  if (previousHref === null && nextHref === null && (firstRow ?? 1) === 1) return NOTHING;
  const all =
    count === null || count < shown
      ? ""
      : ` of ${countTruncated ? `more than ${grouped(count - 1)}` : grouped(count)}`;
  const rows =
    firstRow === null || shown === 0
      ? NOTHING
      : html`<span class="position">Rows ${grouped(firstRow)}&ndash;${grouped(firstRow + shown - 1)}${all}</span>`;
  return html`<p class="pagination">${rows}${previousHref === null ? NOTHING : html`<a class="button" rel="prev" href="${previousHref}">Previous page</a>`}${
    nextHref === null
      ? NOTHING
      : html`<a class="button" rel="next" href="${nextHref}">Next page</a>`
  }</p>`;
}

/** The filters, each with a cross; where nothing matches the way out is a button. */
function filterChips({ filterChips: { chips, clearHref }, rows }: TablePage): Content {
  if (chips.length === 0) return NOTHING;
  const clear =
    chips.length < 2 && rows.length > 0
      ? NOTHING
      : html`<li><a class="${rows.length === 0 ? "button" : "clear"}" href="${clearHref}">Clear filters</a></li>`;
  return html`<ul class="filter-chips" aria-label="Filters">${chips.map(
    ({ text, removeHref }) =>
      html`<li class="chip">${truncateText(text, LONGEST_CHIP)} <a href="${removeHref}" class="cross" aria-label="Remove the filter ${truncateText(text, LONGEST_CHIP)}">&#10006;</a></li>\n`,
  )}${clear}</ul>`;
}

const LONGEST_CHIP = 60;

function countText({ count, countTruncated }: TablePage): string {
  return count === null ? "" : rowCount(count, countTruncated);
}

function ignoredSearch({ ignoredSearch: text, search }: TablePage): Content {
  if (text === null) return NOTHING;
  const reason =
    search === null
      ? "this table has no full-text index"
      : "its address names no full-text table. Search again with the field below";
  return html`<p class="message-info" role="status">The search for <q>${text}</q> was ignored: ${reason}.</p>`;
}

/** One sentence: what is shown. */
function summary(page: TablePage): Html {
  if (!page.count && page.humanDescription === "") return NOTHING;
  const countAll =
    page.countAllHref === null
      ? NOTHING
      : html` <a class="count-sql" href="${page.countAllHref}">count all</a>`;
  return html`<h3 class="summary"><span class="row-count">${countText(page)}</span>${countAll} ${page.humanDescription}</h3>`;
}

function extraWheres({ extraWheres: wheres }: TablePage): Content {
  if (wheres.length === 0) return NOTHING;
  return html`<div class="extra-wheres"><h3>${wheres.length === 1 ? "A condition" : "Conditions"} in SQL</h3>
<ul>${wheres.map(({ sql, removeHref }) => html`<li><code>${sql}</code> <a href="${removeHref}">remove</a></li>`)}</ul></div>`;
}

function definition({ definition: sql, isView }: TablePage): Content {
  if (sql === null) return NOTHING;
  return html`<h2>How this ${isView ? "view" : "table"} is defined</h2>
<pre class="wrapped-sql">${highlightSql(sql)}</pre>`;
}
