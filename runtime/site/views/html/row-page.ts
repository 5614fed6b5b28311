/** The page of one row. */
import type { Layout } from "../../pages/layout.ts";
import type { RowPage } from "../../pages/row/row-page-type.ts";
import { cssClass } from "../css-class.ts";
import { counted } from "../text/numbers.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { about } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { plainTable } from "./rows-table.ts";

export function rowHtml(page: RowPage, layout: Layout): string {
  const { database, table, exports } = page;
  return pageHtml(layout, {
    title: `${database}: ${table}`,
    bodyClass: `row db-${cssClass(database)} table-${cssClass(table)}`,
    content: html`<div class="page-header"><h1>${table}: ${page.primaryKeyValues.join(", ")}</h1></div>
${about(page.metadata)}
<p class="export-links">This data as <a href="${exports.json}">json</a></p>
${rowTable(page)}
${incoming(page)}`,
  });
}

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
