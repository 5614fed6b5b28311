/** What changed in a table: a row a change, cell by cell. */
import { changedCells } from "../../../core/btree/changed-cells.ts";
import type { RowChange } from "../../../core/btree/compare-tables.ts";
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import type { ChangesPage } from "../../pages/changes/changes-page.ts";
import type { Layout } from "../../pages/layout.ts";
import { counted, grouped } from "../text/numbers.ts";
import { truncateText } from "../text/truncate.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { pageHtml } from "./page.ts";

/** Characters of a value that are shown. */
const LONGEST = 200;

export function changesHtml(page: ChangesPage, layout: Layout): string {
  const { database, table, from, to, counts, rows, stopped } = page;
  const { links } = layout;
  const summary = [
    `${counted(counts.added, "row")} added`,
    `${grouped(counts.removed)} removed`,
    `${grouped(counts.changed)} changed`,
  ].join(", ");
  const versionLink = (number: number, at: string | null) =>
    html`<a href="${links.table(database, table)}?_at=${number}">version ${number}</a>${at === null ? "" : ` (${at.slice(0, 16).replace("T", " ")} UTC)`}`;
  return pageHtml(layout, {
    title: `Changes of ${table}, version ${from} to ${to}`,
    bodyClass: "changes",
    content: html`<div class="page-header"><h1>Changes of ${table}</h1></div>
<p>From ${versionLink(from, page.fromPublishedAt)} to ${versionLink(to, page.toPublishedAt)}: <strong>${summary}</strong>${schemaChange(page.columns)}</p>
${stopped === null ? NOTHING : html`<p class="message-info" role="status">These are not all changes: ${stopped}.</p>`}
<p class="export-links">This data as <a href="${links.changes(database, table, from, to, ".json")}">json</a>, <a href="${links.changes(database, table, from, to, ".csv")}">CSV</a>. <a href="${links.feed(database, table)}">Atom feed</a> of changes</p>
${rows.length === 0 ? NOTHING : list(page)}`,
  });
}

function schemaChange({ before, after }: ChangesPage["columns"]): Content {
  const came = after.filter((name) => !before.includes(name)).map((name) => `+${name}`);
  const went = before.filter((name) => !after.includes(name)).map((name) => `−${name}`);
  const all = [...came, ...went];
  return all.length === 0 ? NOTHING : html`; columns: ${all.join(", ")}`;
}

function list(page: ChangesPage): Html {
  return html`<div class="table-wrapper" role="region" aria-label="Changes" tabindex="0"><table class="change-list">
<thead><tr><th scope="col">Change</th>${page.primaryKey.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Cells</th></tr></thead>
<tbody>
${page.rows.map((row) => changeRow(page, row))}</tbody>
</table></div>`;
}

function changeRow({ columns, primaryKey }: ChangesPage, row: RowChange): Html {
  const { change, key, before, after } = row;
  const names = after === null ? columns.before : columns.after;
  const shown =
    before !== null && after !== null
      ? changedCells(columns, before, after).map(
          ([name, cell]) =>
            html`<dt>${name}</dt><dd><del>${text(cell.before)}</del> <ins>${text(cell.after)}</ins></dd>`,
        )
      : (after ?? before)!.map((value, at) =>
          primaryKey.includes(names[at]!)
            ? NOTHING
            : html`<dt>${names[at]!}</dt><dd>${text(value)}</dd>`,
        );
  return html`<tr class="change-${change}"><td>${change}</td>${key.map((value) => html`<td>${text(value)}</td>`)}<td><dl>${shown}</dl></td></tr>
`;
}

function text(value: SqlValue): Content {
  if (value === null) return html`<span class="soft">NULL</span>`;
  if (value instanceof Uint8Array) return `BLOB of ${counted(value.length, "byte")}`;
  if (value === "") return html`<span class="soft">empty</span>`;
  return truncateText(valueText(value), LONGEST);
}
