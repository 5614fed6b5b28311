/** The front page: the databases. */
import type {
  DatabaseSummary,
  IndexEntry,
  IndexPage,
} from "../../pages/instance/index-page-type.ts";
import type { Layout } from "../../pages/layout.ts";
import { byteSize, counted } from "../text/numbers.ts";
import { type Content, type Html, html, join } from "./html.ts";
import { description } from "./metadata.ts";
import { pageHtml } from "./page.ts";

export function indexHtml({ title, metadata, databases }: IndexPage, layout: Layout): string {
  return pageHtml(layout, {
    title: `${title}: ${databases.map(({ name }) => name).join(", ")}`,
    bodyClass: "index",
    content: html`<div class="page-header"><h1>${title}</h1></div>
${description(metadata)}
<div class="cards">
${databases.map(card)}</div>`,
  });
}

function card(database: DatabaseSummary): Html {
  const { name, href, size } = database;
  return html`<div class="database">
<h2><a href="${href}">${name}</a></h2>
<p class="summary">${summary(database)}</p>
<p class="tables">${tables(database)}</p>
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
