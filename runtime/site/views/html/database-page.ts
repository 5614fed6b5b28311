/** The page of a database: tables, views, queries, and a place to write SQL. */
import type { DatabasePage, TableSummary } from "../../pages/database/database-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { cssClass } from "../css-class.ts";
import { byteSize, counted, grouped, rowCount } from "../text/numbers.ts";
import { formPath, versionField } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { about } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { updatedHtml } from "./refreshed.ts";
import { sqlEditor } from "./sql-editor.ts";

export function databaseHtml(page: DatabasePage, layout: Layout): string {
  const { database, tables } = page;
  return pageHtml(layout, {
    title: database,
    shared: { title: page.metadata.title || database, description: page.metadata.description },
    bodyClass: `db db-${cssClass(database)}`,
    content: html`<div class="page-header"><h1>${page.metadata.title || database}</h1></div>
${about(page.metadata)}
${updatedHtml(page.refreshed, rows(page))}
${page.dashboards.length === 0 ? NOTHING : html`<h2 id="dashboards">Dashboards</h2>\n${dashboardCards(page)}`}
${tables.length === 0 ? NOTHING : tableList(page)}
${page.views.length === 0 ? NOTHING : viewList(page)}
${page.queries.length === 0 ? NOTHING : queryList(page)}
${sqlForm(page, layout)}
${page.attachedDatabases.length === 0 ? NOTHING : attached(page)}
${page.downloadHref === null ? NOTHING : download(page, page.downloadHref)}`,
  });
}

/** ", 41,200 rows in 3 tables", where all of them are counted. */
function rows({ tables }: DatabasePage): string {
  const shown = tables.filter(({ hidden }) => !hidden);
  if (shown.length === 0 || shown.some((table) => table.count === null || table.countTruncated)) {
    return "";
  }
  const sum = counted(
    shown.reduce((total, { count }) => total + (count ?? 0), 0),
    "row",
  );
  return shown.length === 1 ? `, ${sum}` : `, ${sum} in ${counted(shown.length, "table")}`;
}

function tableList(page: DatabasePage): Html {
  const shown = page.tables.filter((table) => page.showHidden || !table.hidden);
  return html`<h2 id="tables">Tables <a class="aside" href="${page.schemaHref}">schema</a></h2>
<div class="cards">
${shown.map(tableCard)}</div>
${
  page.hiddenCount > 0 && !page.showHidden
    ? html`<p class="more">and <a href="${page.showHiddenHref}">${counted(page.hiddenCount, "hidden table")}</a></p>`
    : NOTHING
}`;
}

export function tableCard({
  name,
  href,
  hidden,
  columns,
  count,
  countTruncated,
}: TableSummary): Html {
  const rows = count === null ? "Many rows" : rowCount(count, countTruncated);
  return html`<div class="db-table">
<h3><a href="${href}">${name}</a>${hidden ? html` <em class="soft">(hidden)</em>` : NOTHING}</h3>
<p class="columns">${columns.join(", ")}</p>
<p class="count">${rows}</p>
</div>
`;
}

export function dashboardCards({ dashboards }: DatabasePage): Html {
  return html`<ul class="dashboard-links">${dashboards.map(
    ({ title, href }) => html`<li><a class="button icon-chart" href="${href}">${title}</a></li>\n`,
  )}</ul>`;
}

function viewList({ views }: DatabasePage): Html {
  return html`<h2 id="views">Views</h2>
<ul class="bullets">${views.map(({ name, href }) => html`<li><a href="${href}">${name}</a></li>\n`)}</ul>`;
}

function queryList({ queries, queriesMore, queriesHref, queriesCount }: DatabasePage): Html {
  return html`<h2 id="queries">Queries</h2>
<ul class="bullets">${queries.map(
    ({ href, query }) =>
      html`<li><a href="${href}" title="${query.description || query.sql}">${query.title || query.name}</a></li>\n`,
  )}</ul>
${queriesMore ? html`<p><a href="${queriesHref}">View ${grouped(queriesCount)} ${queriesCount === 1 ? "query" : "queries"}</a></p>` : NOTHING}`;
}

function sqlForm(page: DatabasePage, layout: Layout): Content {
  if (!page.allowExecuteSql) {
    return page.sqlOffReason === null
      ? NOTHING
      : html`<p class="message-info">Custom SQL is off: ${page.sqlOffReason}</p>`;
  }
  return html`<form class="sql" action="${formPath(page.customQueryHref)}" method="get">${versionField(layout.links)}
<h2><label for="sql-editor">SQL</label></h2>
${sqlEditor({ sql: page.exampleSql, schemaHref: layout.links.databaseJson(page.database), error: null })}
<div class="parameters" hidden></div>
<p class="form-row"><button type="submit" class="primary">Run SQL</button> <button id="sql-format" type="button" hidden>Format</button></p>
</form>`;
}

function attached({ attachedDatabases }: DatabasePage): Html {
  return html`<div class="message-info"><p>SQL here can also use tables of these databases:</p>
<ul class="bullets">${attachedDatabases.map(
    ({ name, href }) => html`<li><strong>${name}</strong>: <a href="${href}">tables</a></li>`,
  )}</ul></div>`;
}

function download({ database, size }: DatabasePage, href: string): Html {
  return html`<p class="download-sqlite">Download the database: <a href="${href}" rel="nofollow">${database}.db</a> <span class="soft">${byteSize(size)}</span></p>`;
}
