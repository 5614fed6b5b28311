/** The tools of a table page, in one line: search, filters, facets, columns, pictures, export, SQL. */
import type { Layout } from "../../pages/layout.ts";
import type { TablePage } from "../../pages/table/table-page-type.ts";
import { exportBox, exportLinks } from "./export-box.ts";
import { suggestedFacets } from "./facets.ts";
import { filterForm } from "./filter-form.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { shareTool } from "./share-tool.ts";
import { tool } from "./toolbar.ts";

export function tableToolbar(page: TablePage, layout: Layout): Html {
  const hasRows = page.rows.length > 0;
  return html`<div class="toolbar">
${filterForm(page)}
${facetTool(page)}${columnsTool(page)}<p class="panel-buttons"></p>
<span class="push"></span>
${sqlLink(page)}
${shareTool(page.sharing)}${tool({
  id: "tool-export",
  label: "Export",
  icon: "export",
  content: html`${exportLinks(page.exports, hasRows)}
${hasRows ? exportBox(page, layout) : NOTHING}`,
})}</div>`;
}

/** Columns whose values might be counted. */
function facetTool({ suggestedFacets: facets }: TablePage): Content {
  if (facets.length === 0) return NOTHING;
  return tool({
    id: "tool-facets",
    label: "Facets",
    icon: "facet",
    content: suggestedFacets(facets),
  });
}

/** What each column is, and a link to what is in it; scripts show that here. */
function columnsTool({ columnDescriptions: descriptions, columnsHref }: TablePage): Content {
  const described = html`<dl class="column-descriptions">
${descriptions.map(({ name, description }) => html`<dt>${name}</dt><dd>${description}</dd>\n`)}</dl>`;
  const content = html`<p><a class="columns-link" href="${columnsHref}">What is in each column</a></p>
${descriptions.length === 0 ? NOTHING : described}`;
  return tool({ id: "tool-columns", label: "Columns", icon: "columns", content });
}

/** A link, whose whole name is for those who do not see its place. */
function sqlLink({ viewAndEditSql: sql }: TablePage): Content {
  if (sql === null) return NOTHING;
  return html`<a class="edit-sql button tool icon-sql" title="${sql.sql}" href="${sql.href}"><span class="unseen">View and edit </span>SQL</a>`;
}
