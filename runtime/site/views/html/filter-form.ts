/** The form over a table: search, and behind a button filters and order. */
import type { TablePage } from "../../pages/table/table-page-type.ts";
import { escapeHtml } from "../fast-text/escape.ts";
import { formPath } from "./form-target.ts";
import { type Content, type Html, html, NOTHING, trusted } from "./html.ts";
import { tool } from "./toolbar.ts";

export function filterForm(page: TablePage): Html {
  const { filterForm: form, search } = page;
  const active = form.selections.length;
  return html`<form class="filters" action="${formPath(form.action)}" method="get">
${search === null ? NOTHING : searchRow(search)}
${tool({
  id: "tool-filter",
  label: form.sortColumns.length === 0 ? "Filter" : "Filter & sort",
  icon: "filter",
  badge: active === 0 ? null : String(active),
  content: filterRows(form),
})}</form>`;
}

function searchRow(search: NonNullable<TablePage["search"]>): Html {
  return html`<div class="search-row"><input id="search" type="search" name="_search" value="${search.text}" aria-label="Search" placeholder="Search">${ftsTableField(search)}<button type="submit" class="icon-search" aria-label="Search"></button></div>`;
}

function filterRows(form: Form): Html {
  return html`${form.selections.map((selection, at) => filterRow(form, `_${at + 1}`, selection))}${filterRow(form, "", null)}
<div class="filter-row filter-actions-row">
${form.sortColumns.length === 0 ? NOTHING : sortFields(form)}
${form.hiddenFields.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" class="primary">Apply</button>
</div>`;
}

function ftsTableField({ ftsTable }: NonNullable<TablePage["search"]>): Content {
  if (ftsTable === null) return NOTHING;
  return html`<input type="hidden" name="_fts_table" value="${ftsTable}">`;
}

type Form = TablePage["filterForm"];

/** One filter: column, operator, value. `suffix` tells the rows apart; the last, empty one has none. */
function filterRow(form: Form, suffix: string, selection: Form["selections"][number] | null): Html {
  const number = suffix === "" ? "New filter" : `Filter ${suffix.slice(1)}`;
  return html`<div class="filter-row filter-controls-row">
<select name="_filter_column${suffix}" aria-label="${number}: column">
<option value="">${selection === null ? html`Filter by&hellip;` : "(remove this filter)"}</option>
${columnOptions(form.columns, selection?.column ?? null)}</select>
<select class="filter-op" name="_filter_op${suffix}" aria-label="${number}: comparison">
${selection === null ? unselected(form.lookups) : operators(form.lookups, selection.lookup)}</select>
<input type="text" class="filter-value" name="_filter_value${suffix}" value="${selection?.value ?? ""}" aria-label="${number}: value">
</div>
`;
}

function operators(lookups: Form["lookups"], selected: string | null): Html {
  const options = lookups.map(({ key, display, noArgument }) =>
    option(noArgument ? `${key}__1` : key, display, key === selected),
  );
  return html`${options}`;
}

let unselectedOperators: { lookups: Form["lookups"]; options: Html } | undefined;

/** The options of an empty filter, which every table page has: made once. */
function unselected(lookups: Form["lookups"]): Html {
  if (unselectedOperators?.lookups !== lookups) {
    unselectedOperators = { lookups, options: operators(lookups, null) };
  }
  return unselectedOperators.options;
}

function sortFields(form: Form): Html {
  return html`<label for="sort_by">Sort by</label>
<select name="_sort" id="sort_by">
<option value="">(no order)</option>
${columnOptions(form.sortColumns, form.sort)}</select>
<label class="sort_by_desc"><input type="checkbox" name="_sort_by_desc"${form.sortDescending ? html` checked` : NOTHING}> descending</label>`;
}

/** As plain strings: a wide table has many columns, and each is in the form several times. */
function columnOptions(columns: readonly string[], selected: string | null): Html {
  let options = "";
  for (const column of columns) {
    const name = escapeHtml(column);
    const state = column === selected ? " selected" : "";
    options += `<option value="${name}"${state}>${name}</option>\n`;
  }
  return trusted(options);
}

function option(value: string, text: Content, selected: boolean): Content {
  return html`<option value="${value}"${selected ? html` selected` : NOTHING}>${text}</option>\n`;
}
