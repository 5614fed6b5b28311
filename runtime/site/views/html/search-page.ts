/** The page of the search in all tables. */

import type { Links } from "../../links.ts";
import type { FoundRow, FoundTable, SearchPage } from "../../pages/instance/search-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { counted, grouped } from "../text/numbers.ts";
import { truncateText } from "../text/truncate.ts";
import { versionField } from "./form-target.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";

export function searchHtml(page: SearchPage, layout: Layout): string {
  const { text, tables, tooSlow, nextHref } = page;
  return pageHtml(layout, {
    title: text === "" ? "Search" : `Search: ${text}`,
    bodyClass: "search",
    content: html`<div class="page-header"><h1>Search</h1></div>
${searchEverywhere(layout.links, text)}
${text === "" ? NOTHING : html`<p class="soft" role="status">${summary(page)}</p>`}
${tooSlow.length === 0 ? NOTHING : html`<p class="message-info">These tables took too long: ${tooSlow.join(", ")}</p>`}
${tables.map(foundTable)}
${nextHref === null ? NOTHING : html`<p><a class="button" href="${nextHref}">Search the other tables</a></p>`}`,
  });
}

/** The form, which the front page has, too. */
export function searchEverywhere(links: Links, text: string): Html {
  return html`<form class="search-everywhere" action="${links.path("/-/search")}" method="get" role="search">${versionField(links)}
<input type="search" name="q" value="${text}" aria-label="Search in all tables" placeholder="Search in all tables">
<button type="submit">Search</button>
</form>`;
}

function summary({ tables, searched, from, all }: SearchPage): string {
  if (all === 0) return "No table here has a full-text index.";
  if (searched === 0) return `There are only ${counted(all, "table")} to search.`;
  const isAll = searched === all;
  const places = isAll
    ? counted(all, "table")
    : `tables ${grouped(from + 1)} to ${grouped(from + searched)} of ${grouped(all)}`;
  if (tables.length === 0) return `Nothing was found in ${places}.`;
  return `Found in ${tables.length} of ${places}.`;
}

function foundTable({ database, table, href, rows, hasMore }: FoundTable): Html {
  return html`<section class="found"><h2><a href="${href}">${table}</a> <small>${database}</small></h2>
<ul>${rows.map(foundRow)}</ul>
${hasMore ? html`<p><a href="${href}">All that was found in ${table}</a></p>` : NOTHING}</section>
`;
}

const LONGEST_TITLE = 120;

function foundRow({ title, href, snippet }: FoundRow): Content {
  return html`<li><a href="${href}">${truncateText(title, LONGEST_TITLE)}</a>${
    snippet.length === 0
      ? NOTHING
      : html`<p>${snippet.map(({ text, isMatch }) => (isMatch ? html`<mark class="match">${text}</mark>` : text))}</p>`
  }</li>\n`;
}
