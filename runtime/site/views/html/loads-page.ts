/** The last loads: what came, what became of it, what was decided. */
import type { LoadedColumn, LoadedTable } from "../../../core/format/loads.ts";
import type { ListedLoad, LoadsPage } from "../../pages/instance/loads-page.ts";
import type { Layout } from "../../pages/layout.ts";
import { byteSize, counted } from "../text/numbers.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";
import { timeHtml } from "./refreshed.ts";

export function loadsHtml({ loads }: LoadsPage, layout: Layout): string {
  return pageHtml(layout, {
    title: "Last loads",
    bodyClass: "loads",
    content: html`<div class="page-header"><h1>Last loads</h1></div>
${loads.length === 0 ? html`<p class="soft">Nothing was loaded yet.</p>` : loads.map(loadHtml)}`,
  });
}

function loadHtml(load: ListedLoad): Html {
  const { source, status, at, size, milliseconds, error, href, version } = load;
  const name = href === null ? source : html`<a href="${href}">${source}</a>`;
  const facts = [
    byteSize(size),
    `${(milliseconds / 1000).toFixed(1)} s`,
    ...(version === null ? [] : [`version ${version}`]),
  ];
  return html`<section class="load">
<h2>${name}</h2>
<p class="updated soft">${status}, ${timeHtml(at)}: ${facts.join(", ")}</p>
${error === null ? NOTHING : html`<p class="message-error">${error.message}${error.line === null ? "" : ` (line ${error.line})`}. ${error.hint}</p>`}
${load.tables.map(tableHtml)}${warningsHtml(load.warnings)}</section>
`;
}

function tableHtml(table: LoadedTable): Html {
  const { columns, columnCount, mode, rows, format } = table;
  const more = columnCount - columns.length;
  const how = mode === "replace" ? "" : `, ${mode}`;
  return html`<p><strong>${table.table}</strong>: ${counted(rows, "row")} (${format}${how})</p>
<p class="soft">${columns.map(columnText).join(", ")}${more > 0 ? ` … ${counted(columnCount, "column")} in all` : ""}</p>
${warningsHtml(table.warnings)}`;
}

function columnText({ name, type, empty, dates }: LoadedColumn): string {
  const notes = [
    ...(dates === null ? [] : [`dates, were ${dates}`]),
    ...(empty === 0 ? [] : [`${empty} empty`]),
  ];
  return `${name} ${type}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}

function warningsHtml(warnings: readonly string[]): Content {
  if (warnings.length === 0) return NOTHING;
  return html`<ul class="bullets">${warnings.map((text) => html`<li>${text}</li>\n`)}</ul>`;
}
