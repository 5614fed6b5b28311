/** The smaller pages: JSON documents, schemas, errors. */
import type { Layout } from "../../pages/layout.ts";
import type { ErrorPage, JsonPage, SchemaPage } from "../../pages/other-page-types.ts";
import { toJson } from "../json/json.ts";
import { indentJson } from "../text/indent-json.ts";
import { html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";
import { schemaDiagramHtml } from "./schema-diagram.ts";
import { highlightSql } from "./sql-highlight.ts";

export function jsonHtml({ title, data }: JsonPage, layout: Layout): string {
  return pageHtml(layout, {
    title,
    bodyClass: "show-json",
    content: html`<div class="page-header"><h1>${title}</h1></div>
<pre>${indentJson(toJson(data))}</pre>`,
  });
}

export function schemaHtml(
  { database, table, schemas, diagram }: SchemaPage,
  layout: Layout,
): string {
  const subject = table ?? database ?? "all databases";
  return pageHtml(layout, {
    title: `Schema for ${table === null ? subject : `${database}.${table}`}`,
    bodyClass: "schema",
    content: html`<div class="page-header"><h1>Schema for ${subject}</h1></div>
${schemaDiagramHtml(diagram ?? null)}
${schemas.map(
  (item) => html`${database === null ? html`<h2>${item.database}</h2>` : NOTHING}
${item.schema === "" ? html`<p class="soft">This database has no schema.</p>` : html`<pre class="sql"><code>${highlightSql(item.schema)}</code></pre>`}
`,
)}${schemas.length === 0 ? html`<p class="soft">There is no schema to be seen.</p>` : NOTHING}`,
  });
}

export function errorHtml({ status, title, message, sql }: ErrorPage, layout: Layout): string {
  const heading = title ?? `Error ${status}`;
  // The message comes first in the section, and breadcrumbs only lead up from places that exist:
  // scripts of site owners rely on both.
  const crumbs = status === 403 ? layout.crumbs : [];
  return pageHtml(
    { ...layout, crumbs },
    {
      title: heading,
      bodyClass: "error",
      content: html`<h1>${heading}</h1>
<div class="message-error" role="alert">${message}${sql === null ? NOTHING : html` <pre>${sql}</pre>`}</div>
${layout.crumbs.length === 0 ? NOTHING : html`<p><a href="${layout.links.instance()}">Go to the front page</a></p>`}`,
    },
  );
}
