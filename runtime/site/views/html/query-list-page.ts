/** The list of the configured queries of a database, or of all. */
import type { Layout } from "../../pages/layout.ts";
import type { QueryListPage } from "../../pages/query/query-list-page-type.ts";
import type { QuerySummary } from "../../pages/query/query-summary.ts";
import { cssClass } from "../css-class.ts";
import { versionField } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";

export function queryListHtml(page: QueryListPage, layout: Layout): string {
  const { database, queries, nextHref } = page;
  return pageHtml(layout, {
    title: database === null ? "queries" : `${database}: queries`,
    bodyClass: database === null ? "query-list" : `query-list db-${cssClass(database)}`,
    content: html`<div class="page-header"><h1>Queries</h1></div>
${queries.length === 0 && page.search === "" ? NOTHING : searchForm(page, layout)}
${queries.length === 0 ? html`<p class="soft">There are no queries.</p>` : list(page)}
${nextHref === null ? NOTHING : html`<p class="pagination"><a class="button" rel="next" href="${nextHref}">Next page</a></p>`}`,
  });
}

function searchForm({ search }: QueryListPage, { links }: Layout): Html {
  return html`<form method="get" class="search-row query-search">${versionField(links)}
<label for="query-search">Search</label><input id="query-search" type="search" name="q" value="${search}">
<button type="submit">Search</button>
</form>`;
}

function list({ database, queries }: QueryListPage): Html {
  const showDatabase = database === null;
  return html`<div class="table-wrapper" role="region" aria-label="Queries" tabindex="0"><table class="query-list-results">
<thead><tr>${showDatabase ? html`<th scope="col">Database</th>` : NOTHING}<th scope="col">Query</th><th scope="col">Owner</th><th scope="col">Flags</th></tr></thead>
<tbody>
${queries.map((summary) => queryRow(summary, showDatabase))}</tbody>
</table></div>`;
}

function queryRow(
  { database, databaseHref, href, query }: QuerySummary,
  showDatabase: boolean,
): Html {
  return html`<tr>${showDatabase ? html`<td><a href="${databaseHref}">${database}</a></td>` : NOTHING}<td><a href="${href}" title="${query.description || query.sql}">${query.title || query.name}</a>${
    query.description ? html` <p class="soft">${query.description}</p>` : NOTHING
  }</td><td>-</td><td>${flags(query)}</td></tr>\n`;
}

function flags({ is_write: writes, is_trusted: trusts }: QuerySummary["query"]): Content {
  const kind = html`<span class="badge">${writes ? "Writable" : "Read-only"}</span>`;
  return trusts ? html`${kind} <span class="badge">Trusted</span>` : kind;
}
