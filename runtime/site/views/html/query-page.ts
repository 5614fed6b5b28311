/** The page of custom SQL and of configured queries. */
import type { Layout } from "../../pages/layout.ts";
import type { QueryPage } from "../../pages/query/query-page-type.ts";
import { cssClass } from "../css-class.ts";
import { counted, grouped } from "../text/numbers.ts";
import { RESULT_FORM } from "./column-header.ts";
import { formPath, versionField } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { about } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { plainTable } from "./rows-table.ts";
import { chartLinksHtml, shareTool } from "./share-tool.ts";
import { sqlEditor } from "./sql-editor.ts";
import { errorPlace } from "./sql-error.ts";
import { tool } from "./toolbar.ts";

export function queryHtml(page: QueryPage, layout: Layout): string {
  const { database, query, sql, rows, columns, error } = page;
  const queryClass = query === null ? "" : ` query-${cssClass(query.name)}`;
  // As on the other pages of errors, breadcrumbs only lead up from places that exist.
  const crumbs = page.refusal === null ? layout.crumbs : [];
  return pageHtml(
    { ...layout, crumbs },
    {
      title: page.refusal ?? titleOf(page),
      shared: { title: heading(page), description: page.metadata.description },
      bodyClass: `query db-${cssClass(database)}${queryClass}`,
      content: html`<div class="page-header"><h1>${heading(page)}</h1></div>
${about(page.metadata)}
${sqlForm(page, layout)}
${rows.length === 0 ? NOTHING : resultTools(page)}
${columns.length > 0 && rows.length > 0 ? result(page, layout) : NOTHING}
${rows.length === 0 && error === null && sql && !page.isWrite ? html`<p class="zero-results">0 results</p>` : NOTHING}`,
    },
  );
}

/** In tabs, bookmarks and what search engines find: as the configuration calls it, else its SQL. */
function titleOf({ query, database, sql }: QueryPage): string {
  if (query?.title) return `${query.title} (${database})`;
  return sql ? `${database}: ${sql}` : database;
}

/** The rows, as many as a page can hold. */
function result({ columns, rows }: QueryPage, { truncateCells }: Layout): Html {
  const named = columns.map((column) => ({ ...column, columnType: null }));
  const { markup, shown } = plainTable(named, rows, truncateCells);
  if (shown === rows.length) return markup;
  return html`${markup}
<p class="shortened">The first ${counted(shown, "row")} are shown: more would be too large for a page. JSON and CSV have all ${grouped(rows.length)}.</p>`;
}

const NO_WRITES = "This query cannot be executed because the database is immutable.";

function heading({ refusal, metadata, database, query }: QueryPage): string {
  if (refusal !== null) return refusal;
  return metadata.title || (query === null ? database : `${database}: ${query.name}`);
}

function sqlForm(page: QueryPage, layout: Layout): Html {
  const { error, isWrite, showHide, parameters } = page;
  return html`<form class="sql" id="${RESULT_FORM}" action="${formPath(page.action)}" method="${isWrite ? "post" : "get"}">
<h3>${resultSentence(page)}${
    error === null || page.hideSql
      ? html` <span class="show-hide-sql">(<a href="${showHide.href}">${showHide.text}</a>)</span>`
      : NOTHING
  }</h3>
${error === null ? NOTHING : html`<div class="message-error" role="alert">${error}</div>`}
${isWrite ? html`<div class="message-error">${NO_WRITES}</div>` : NOTHING}
${sqlField(page, layout)}
<div class="parameters"${parameters.length === 0 ? html` hidden` : NOTHING}>${parameters.map(
    ({ name, value }) =>
      html`<label><span>:${name}</span><input type="text" name="${name}" value="${value}"></label>\n`,
  )}</div>
<p class="form-row"><button type="submit" class="primary"${isWrite ? html` disabled` : NOTHING}>Run SQL</button>
${page.hideSql || !isEditable(page) ? NOTHING : html`<button id="sql-format" type="button" hidden>Format</button>`}
${showHide.hiddenField === null ? NOTHING : html`<input type="hidden" name="${showHide.hiddenField}" value="1">`}${versionField(layout.links)}
${page.query === null || page.editSqlHref === null ? NOTHING : html`<a class="stored-query-edit-sql" href="${page.editSqlHref}">Edit SQL</a>`}
${planLink(page, layout)}</p>
</form>`;
}

/** What came out: how many rows, and how long it took. */
function resultSentence({ rows, truncated, duration, query }: QueryPage): Content {
  const subject = query === null ? "Custom SQL query" : "Query";
  if (rows.length === 0) return subject;
  const count = counted(rows.length, "row");
  return html`${subject} returning ${truncated ? "more than " : ""}${count} <span class="soft duration">in ${milliseconds(duration)}</span>`;
}

function milliseconds(duration: number): string {
  return duration < 10 ? `${duration.toFixed(1)} ms` : `${Math.round(duration)} ms`;
}

function isEditable({ query, allowExecuteSql }: QueryPage): boolean {
  return query === null && allowExecuteSql;
}

function sqlField(page: QueryPage, layout: Layout): Content {
  const sql = page.sql || page.exampleSql;
  if (page.hideSql) {
    return page.query === null ? html`<input type="hidden" name="sql" value="${sql}">` : NOTHING;
  }
  if (!isEditable(page)) return html`<pre id="sql-query">${marked(sql, page.error)}</pre>`;
  return sqlEditor({
    sql,
    schemaHref: layout.links.databaseJson(page.database),
    error: page.error,
  });
}

/** The SQL with the place of the error marked. */
function marked(sql: string, error: string | null): Content {
  const place = error === null ? null : errorPlace(sql, error);
  if (place === null) return sql;
  return html`${sql.slice(0, place.from)}<mark>${sql.slice(place.from, place.to)}</mark>${sql.slice(place.to)}`;
}

function planLink(page: QueryPage, { links }: Layout): Content {
  if (!isEditable(page) || page.sql === null || page.error !== null || page.hideSql) return NOTHING;
  const parameters = page.parameters.map(({ name, value }): [string, string] => [name, value]);
  const query = new URLSearchParams([["sql", `explain query plan ${page.sql}`], ...parameters]);
  return html`<a class="query-plan button" href="${links.customQuery(page.database, query.toString())}">Plan</a>`;
}

function resultTools({ exports, sharing, charts }: QueryPage): Html {
  const { allCsv, files } = exports;
  const links = html`<p class="export-links">This data as <a href="${exports.json}">json</a>, <a href="${exports.csv}">CSV</a></p>
${allCsv === null ? NOTHING : html`<p><a href="${allCsv}">All rows as CSV</a></p>`}
${files === null ? NOTHING : html`<p>All rows: <a href="${files.xlsx}">XLSX</a>, <a href="${files.parquet}">Parquet</a></p>`}`;
  return html`<div class="toolbar"><p class="panel-buttons"></p>
${shareTool(sharing)}${tool({ id: "tool-export", label: "Export", icon: "export", content: links })}</div>
${chartLinksHtml(charts)}`;
}
