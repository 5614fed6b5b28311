/** Which versions were published: when, with what, and how many rows of which table came or went. */
import type { DatabaseChange, TableChange } from "../../history/version-facts.ts";
import type { ListedVersion, VersionsPage } from "../../pages/instance/versions-page.ts";
import type { Layout } from "../../pages/layout.ts";
import { counted, grouped } from "../text/numbers.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";
import { timeHtml } from "./refreshed.ts";

/** `page` is null where there are no versions; `software` is what serves the site. */
export function versionsHtml(page: VersionsPage | null, software: object, layout: Layout): string {
  return pageHtml(layout, {
    title: "Versions",
    bodyClass: "versions",
    content: html`<div class="page-header"><h1>Versions</h1></div>
${page === null ? NOTHING : published(page, layout)}
<h2>Software</h2>
<pre class="wrapped-sql">${JSON.stringify(software, null, 4)}</pre>`,
  });
}

function published({ current, isAllowed, versions, nextHref }: VersionsPage, layout: Layout): Html {
  if (!isAllowed) {
    return html`<p>This is version ${current}. Earlier versions are not shown on this site.</p>`;
  }
  return html`<p class="soft">Add <code>?_at=</code> and a version's number, or a time such as <code>2026-11-20T12:00</code> (UTC), to the address of any page or of its JSON to see the data as it was.</p>
<div class="table-wrapper" role="region" aria-label="Versions" tabindex="0"><table class="version-list">
<thead><tr><th scope="col">Version</th><th scope="col">Published</th><th scope="col">With</th><th scope="col">What changed</th></tr></thead>
<tbody>
${versions.map((version) => versionRow(version, current, layout))}</tbody>
</table></div>
${nextHref === null ? NOTHING : html`<p class="pagination"><a class="button" rel="next" href="${nextHref}">Older versions</a></p>`}`;
}

function versionRow(listed: ListedVersion, current: number, layout: Layout): Html {
  const { version, publishedAt, what, href, changes } = listed;
  const number = href === null ? html`${version}` : html`<a href="${href}">${version}</a>`;
  return html`<tr><th scope="row">${number}${version === current ? " (current)" : ""}</th><td>${timeHtml(publishedAt)}</td><td>${what ?? ""}</td><td>${
    href === null
      ? html`<span class="soft">not shown</span>`
      : whatChanged(changes, version, layout)
  }</td></tr>
`;
}

function whatChanged(
  changes: readonly DatabaseChange[] | null,
  version: number,
  layout: Layout,
): Content {
  if (changes === null) return html`<span class="soft">the version before it is gone</span>`;
  if (changes.length === 0) return html`<span class="soft">no data that is shown</span>`;
  return html`<ul>${changes.map((change) => databaseChange(change, version, layout))}</ul>`;
}

function databaseChange(
  { database, change, origin, source, tables }: DatabaseChange,
  version: number,
  layout: Layout,
): Html {
  const from = [source, origin === "typed" ? null : origin].filter((part) => part !== null);
  const how = change === "changed" ? "" : ` (${change})`;
  const what =
    tables.length === 0
      ? change === "changed"
        ? html`: no table has more or fewer rows`
        : NOTHING
      : html`: ${tables.map((table, at) => html`${at === 0 ? "" : ", "}${tableChange(database, table, version, layout)}`)}`;
  return html`<li><strong>${database}</strong>${how}${from.length === 0 ? NOTHING : html` <span class="soft">from ${from.join(", ")}</span>`}${what}</li>`;
}

function tableChange(
  database: string,
  { table, change, before, after }: TableChange,
  version: number,
  { links }: Layout,
): Html {
  if (change !== "changed") {
    const rows = change === "new" ? after : before;
    return html`${table} ${change}${rows === null ? "" : ` (${counted(rows, "row")})`}`;
  }
  if (before === null || after === null) return html`${table} (rows not counted)`;
  const sign = after > before ? "+" : "−";
  const href = links.changes(database, table, version - 1, version);
  return html`<a href="${href}">${table}</a> ${sign}${grouped(Math.abs(after - before))} (${grouped(before)} → ${counted(after, "row")})`;
}
