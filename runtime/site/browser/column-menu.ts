/** A menu on each column header of a table page: sort, facet, hide, filter, and what it is. */
import { summaryOf } from "./column-summaries.ts";
import { all, element } from "./dom.ts";
import { withArgumentAdded, withArguments } from "./location.ts";

let openMenu: { menu: HTMLElement; button: HTMLButtonElement } | null = null;

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
    button.addEventListener("click", () => {
      const wasOpen = openMenu?.button === button;
      close();
      if (!wasOpen) open(header, button);
    });
    header.append(button);
  }
  if (headers.length === 0) return;
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (!target.closest(".menu, .column-menu-open")) close();
  });
  document.addEventListener("keydown", moveInMenu);
}

function open(header: HTMLElement, button: HTMLButtonElement): void {
  const menu = element("ul", { class: "menu column-menu" });
  for (const [label, href] of actionsFor(header)) {
    menu.append(element("li", {}, element("a", { href }, label)));
  }
  menu.append(element("li", { class: "about" }, aboutColumn(header)));
  const summary = summaryOf(header.dataset.column!);
  if (summary) menu.append(element("li", { class: "about" }, summary));
  document.body.append(menu);
  const place = button.getBoundingClientRect();
  const left = Math.min(place.left, document.documentElement.clientWidth - menu.offsetWidth - 8);
  menu.style.left = `${Math.max(8, left) + scrollX}px`;
  menu.style.top = `${place.bottom + 4 + scrollY}px`;
  button.setAttribute("aria-expanded", "true");
  openMenu = { menu, button };
  menu.querySelector("a")?.focus({ preventScroll: true });
}

function close(): void {
  openMenu?.menu.remove();
  openMenu?.button.setAttribute("aria-expanded", "false");
  openMenu = null;
}

function moveInMenu(event: KeyboardEvent): void {
  if (!openMenu) return;
  // What is typed into a field of the menu is not for the menu.
  if (event.key !== "Escape" && (event.target as Element).matches("input, button, svg a")) return;
  const links = all<HTMLAnchorElement>("a:not(svg a)", openMenu.menu);
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === "Escape") {
    const { button } = openMenu;
    close();
    button.focus();
  } else if (event.key === "ArrowDown") {
    links[(at + 1) % links.length]?.focus();
  } else if (event.key === "ArrowUp") {
    links.at(at <= 0 ? -1 : at - 1)?.focus();
  } else {
    return;
  }
  event.preventDefault();
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
