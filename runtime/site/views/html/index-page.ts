/** The front page: the databases, or what is in the only one. */

import type { DatabasePage } from "../../pages/database/database-page-type.ts";
import { inOrder } from "../../pages/database/table-order.ts";
import type {
  DatabaseSummary,
  IndexEntry,
  IndexPage,
} from "../../pages/instance/index-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { byteSize, counted } from "../text/numbers.ts";
import { dashboardCards, tableCard } from "./database-page.ts";
import { type Content, type Html, html, join, NOTHING } from "./html.ts";
import { description } from "./metadata.ts";
import { pageHtml } from "./page.ts";
import { updatedHtml } from "./refreshed.ts";
import { searchEverywhere } from "./search-page.ts";

/** `only`: what is in the database, where there is one alone. */
export function indexHtml(page: IndexPage, only: DatabasePage | null, layout: Layout): string {
  const { title, metadata, databases, loadsHref } = page;
  return pageHtml(layout, {
    title: `${title}: ${databases.map(({ name }) => name).join(", ")}`,
    shared: { title },
    bodyClass: "index",
    content: html`<div class="page-header"><h1>${title}</h1></div>
${description(metadata)}
${page.hasSearch ? searchEverywhere(layout.links, "") : NOTHING}
${only === null ? html`<div class="cards">\n${databases.map(card)}</div>` : contents(databases[0]!, only)}
${loadsHref === null ? NOTHING : html`<p class="more"><a href="${loadsHref}">Last loads</a></p>`}`,
  });
}

/** The tables of the only database, its largest first unless its owner has another order. */
function contents(database: DatabaseSummary, page: DatabasePage): Html {
  const shown = page.tables.filter(({ hidden }) => !hidden);
  if (page.tableOrder === "name") shown.sort(inOrder("rows"));
  return html`<div class="database only">
<h2><a href="${database.href}">${page.metadata.title || database.name}</a></h2>
<p class="summary">${summary(database)}, ${byteSize(database.size)}</p>
</div>
${updatedHtml(page.refreshed)}
${page.dashboards.length === 0 ? NOTHING : dashboardCards(page)}
<div class="cards">
${shown.map(tableCard)}</div>
${linkList("Views", page.views)}
${linkList(
  "Queries",
  page.queries.map(({ href, query }) => ({ href, name: query.title || query.name })),
)}`;
}

function linkList(heading: string, links: readonly { name: string; href: string }[]): Content {
  if (links.length === 0) return NOTHING;
  return html`<h3 class="list-heading">${heading}</h3>
<ul class="bullets">${links.map(({ name, href }) => html`<li><a href="${href}">${name}</a></li>\n`)}</ul>`;
}

function card(database: DatabaseSummary): Html {
  const { name, title, href, size } = database;
  return html`<div class="database">
<h2><a href="${href}">${name}</a></h2>
${title === null ? NOTHING : html`<div class="database-title">${title}</div>`}
<p class="summary">${summary(database)}</p>
<p class="tables">${tables(database)}</p>
${updatedHtml(database.refreshed)}
<div class="size">${byteSize(size)}</div>
</div>
`;
}

function summary(database: DatabaseSummary): string {
  const { tableCount, hiddenTableCount, viewCount, hasCounts, hasMoreRows } = database;
  const least = hasMoreRows ? "at least " : "";
  const rows = (count: number) => (hasCounts ? `${least}${counted(count, "row", "rows")} in ` : "");
  const parts = [`${rows(database.rowSum)}${counted(tableCount, "table")}`];
  if (hiddenTableCount > 0) {
    parts.push(`${rows(database.hiddenRowSum)}${counted(hiddenTableCount, "hidden table")}`);
  }
  if (viewCount > 0) parts.push(counted(viewCount, "view"));
  return parts.join(", ");
}

function tables({ tablesAndViews, hasMore, href }: DatabaseSummary): Content {
  const links = tablesAndViews.map(entryLink);
  if (hasMore) links.push(html`<a href="${href}" aria-label="All tables">...</a>`);
  return join(links, ", ");
}

function entryLink(entry: IndexEntry): Html {
  const count = entry.kind === "table" && entry.count !== null ? counted(entry.count, "row") : "";
  return html`<a href="${entry.href}" title="${count}">${entry.name}</a>`;
}
