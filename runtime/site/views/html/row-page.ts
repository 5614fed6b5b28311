/** The page of one row. */
import type { Layout } from "../../pages/layout.ts";
import { LINK_COLUMN } from "../../pages/link-column.ts";
import type { RelatedRows, RowPage } from "../../pages/row/row-page-type.ts";
import { cssClass } from "../css-class.ts";
import { counted, grouped } from "../text/numbers.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { about } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { plainTable, tableOfRows } from "./rows-table.ts";

export function rowHtml(page: RowPage, layout: Layout): string {
  const { database, table, exports } = page;
  return pageHtml(layout, {
    title: `${database}: ${table}`,
    bodyClass: `row db-${cssClass(database)} table-${cssClass(table)}`,
    content: html`<div class="page-header">${heading(page)}${steps(page)}</div>
${about(page.metadata)}
<p class="export-links">This data as <a href="${exports.json}">json</a></p>
${rowTable(page)}
${incoming(page)}
${page.relatedRows.map(related)}`,
  });
}

/** What the row is called comes first. */
function heading({ table, primaryKeyValues, label }: RowPage): Html {
  const name = html`<h1>${table}: ${primaryKeyValues.join(", ")}</h1>`;
  return label === null ? name : html`<hgroup class="row-heading"><p>${label}</p>${name}</hgroup>`;
}

function steps({ previousHref, nextHref }: RowPage): Content {
  if (previousHref === null && nextHref === null) return NOTHING;
  return html`<nav class="row-steps" aria-label="Rows">${
    previousHref === null ? NOTHING : html`<a rel="prev" href="${previousHref}">Previous</a>`
  }${nextHref === null ? NOTHING : html`<a rel="next" href="${nextHref}">Next</a>`}</nav>`;
}

function related({ table, column, count, href, tableHref, ...shown }: RelatedRows): Html {
  const columns = shown.columns.map((each) => ({
    ...each,
    isLink: false,
    sorted: null,
    sortHref: null,
  }));
  const { markup } = tableOfRows(
    shown.hasKeyColumn ? columns : [LINK_COLUMN, ...columns],
    shown.rows,
    tableHref,
    SHORT,
  );
  const all =
    count > shown.rows.length ? html` <a href="${href}">all ${grouped(count)}</a>` : NOTHING;
  return html`<section class="related"><h3>${table} <small>by ${column}</small>${all}</h3>
${markup}</section>
`;
}

/** Values of related rows are cut. */
const SHORT = 120;

/** The page of a row shows its values whole, as far as a page holds them. */
const SHOW_ALL = 0;

/** A view may have several rows under one key. */
function rowTable({ columns, rows }: RowPage): Html {
  const shape = rows.length === 1 ? "one-row" : "rows";
  const marked = columns.map((column) => ({
    ...column,
    isKey: column.isPrimaryKey,
    isExact: true,
  }));
  return plainTable(marked, rows, SHOW_ALL, shape).markup;
}

function incoming({ foreignKeyTables: others }: RowPage): Content {
  if (others.length === 0) return NOTHING;
  return html`<h2>Links from other tables</h2>
<ul class="bullets">
${others.map(
  (other) =>
    html`<li><a href="${other.link}">${counted(other.count, "row")}</a> from ${other.other_column} in ${other.other_table}</li>\n`,
)}</ul>`;
}
