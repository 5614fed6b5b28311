/** A menu on each column header of a table page: sort, facet, hide, filter, and what it is. */
import { summaryOf } from "./column-summaries.ts";
import { all, element } from "./dom.ts";
import { withArgumentAdded, withArguments } from "./location.ts";
import { toggleMenu } from "./menu.ts";

export function addColumnMenus(): void {
  if (!document.body.classList.contains("table")) return;
  const headers = all<HTMLTableCellElement>(".rows-and-columns th[data-column]");
  for (const header of headers) {
    if (header.dataset.isLinkColumn === "1") continue;
    const name = header.dataset.column!;
    const button = element(
      "button",
      {
        type: "button",
        class: "column-menu-open",
        "aria-haspopup": "true",
        "aria-expanded": "false",
        "aria-label": `Column ${name}: what to do with it`,
      },
      "⋯",
    );
    button.addEventListener("click", () =>
      toggleMenu(button, "column-menu", () => contentOf(header)),
    );
    header.append(button);
  }
}

function contentOf(header: HTMLElement): HTMLElement[] {
  const items = actionsFor(header).map(([label, href]) =>
    element("li", {}, element("a", { href }, label)),
  );
  const about = element("li", { class: "about" }, aboutColumn(header));
  const summary = summaryOf(header.dataset.column!);
  return [...items, about, ...(summary ? [element("li", { class: "in-column" }, summary)] : [])];
}

/** What can be done with the column, as links that also work in a new tab. */
function actionsFor(header: HTMLElement): [label: string, href: string][] {
  const name = header.dataset.column!;
  const parameters = new URLSearchParams(location.search);
  const actions: [string, string][] = [];
  if (header.querySelector("a")) {
    actions.push(
      ["Sort ascending", withArguments({ _sort: name, _sort_desc: null })],
      ["Sort descending", withArguments({ _sort_desc: name, _sort: null })],
    );
  }
  const isPrimaryKey = header.dataset.isPk === "1";
  const canFacet = document.body.dataset.allowFacet === "true";
  if (canFacet && !isPrimaryKey && !parameters.getAll("_facet").includes(name)) {
    actions.push(["Facet by this", withArgumentAdded("_facet", name)]);
  }
  if (!isPrimaryKey) {
    actions.push(
      ["Hide this column", withArgumentAdded("_nocol", name)],
      ["Show only this column", withArguments({ _col: name, _nocol: null })],
    );
  }
  if (parameters.has("_nocol") || parameters.has("_col")) {
    actions.push(["Show all columns", withArguments({ _nocol: null, _col: null })]);
  }
  if (header.dataset.columnNotNull !== "1") {
    actions.push(["Show not-blank rows", withArguments({ [`${name}__notblank`]: "1" })]);
  }
  return actions;
}

function aboutColumn(header: HTMLElement): string {
  const { column, columnType, columnNotNull, isPk, columnDescription } = header.dataset;
  const facts = [
    columnType ? `type ${columnType.toUpperCase()}` : "no declared type",
    isPk === "1" ? "primary key" : "",
    columnNotNull === "1" ? "never null" : "",
  ].filter(Boolean);
  const about = `${column}: ${facts.join(", ")}`;
  return columnDescription ? `${columnDescription} (${about})` : about;
}
