/**
 * "Filter to this" on the cells of a table page: a button on the cell below the pointer. By keys: Enter in
 * the table leads to it, arrow keys to the other cells, Escape back.
 */
import { element } from "./dom.ts";
import { withArguments } from "./location.ts";
import { closeMenu, toggleMenu } from "./menu.ts";

export interface CellValue {
  column: string;
  /** null for NULL. */
  value: string | null;
  /** Whether values of this kind have an order that says something. */
  isOrdered: boolean;
}

export function offerCellFilters(): void {
  const wrapper = document.querySelector<HTMLElement>("body.table .table-wrapper");
  if (!wrapper) return;
  const button = element("button", {
    type: "button",
    class: "cell-filter icon-filter",
    "aria-haspopup": "true",
    "aria-expanded": "false",
  });
  let cell: HTMLTableCellElement | null = null;

  const show = (target: HTMLTableCellElement | null): void => {
    if (target === null || target === cell) return;
    const value = valueOfCell(target);
    if (value === null) return;
    closeMenu();
    cell = target;
    button.setAttribute("aria-label", `Filter by this ${value.column}: ${value.value ?? "null"}`);
    target.append(button);
  };
  const cellOf = (target: EventTarget | null) =>
    (target as Element).closest<HTMLTableCellElement>("tbody td");
  wrapper.addEventListener("pointerover", (event) => {
    if (button.getAttribute("aria-expanded") === "false") show(cellOf(event.target));
  });
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const value = cell && valueOfCell(cell);
    if (value) toggleMenu(button, "cell-menu", () => itemsOf(value));
  });
  wrapper.addEventListener("keydown", (event) => {
    if (event.target === wrapper && event.key === "Enter") {
      show(wrapper.querySelector<HTMLTableCellElement>("tbody td:nth-child(2)"));
    } else if (event.target === button && event.key === "Escape") {
      wrapper.focus();
      return;
    } else if (event.target === button && event.key.startsWith("Arrow")) {
      show(neighbour(cell, event.key));
    } else return;
    event.preventDefault();
    event.stopPropagation();
    button.focus();
  });
}

function neighbour(cell: HTMLTableCellElement | null, key: string): HTMLTableCellElement | null {
  const row = cell?.parentElement as HTMLTableRowElement | null | undefined;
  if (!cell || !row) return null;
  const at = cell.cellIndex;
  if (key === "ArrowLeft") return row.cells[at - 1] ?? null;
  if (key === "ArrowRight") return row.cells[at + 1] ?? null;
  const other = key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  return (other as HTMLTableRowElement | null)?.cells[at] ?? null;
}

/** null where the page does not have the whole value. */
function valueOfCell(cell: HTMLTableCellElement): CellValue | null {
  const header = cell.closest("table")!.tHead!.rows[0]!.cells[cell.cellIndex];
  const column = header?.dataset.column;
  if (column === undefined || header?.dataset.isLinkColumn === "1") return null;
  const { classList } = cell;
  if (classList.contains("type-bytes")) return null;
  if (classList.contains("type-none")) return { column, value: null, isOrdered: false };
  const key = cell.querySelector("a + em")?.textContent;
  const exact = cell.querySelector<HTMLElement>("[title]:not(.cell-filter)")?.title;
  const whole = exact ?? key ?? textWithoutButtons(cell);
  // Long values are cut, and JSON may be laid out.
  if (whole.endsWith("…") || whole.length > 500 || classList.contains("json")) return null;
  const isOrdered = ["type-int", "type-float", "date"].some((type) => classList.contains(type));
  // Of an empty text the page shows a space that does not break.
  return { column, value: whole === "\u00a0" ? "" : whole, isOrdered: isOrdered && !key };
}

function textWithoutButtons(cell: HTMLElement): string {
  return [...cell.childNodes]
    .filter((node) => !(node instanceof HTMLButtonElement))
    .map((node) => node.textContent ?? "")
    .join("");
}

function itemsOf(cell: CellValue): HTMLElement[] {
  return filtersFor(cell).map(([label, changes]) =>
    element("li", {}, element("a", { href: withArguments(changes) }, label)),
  );
}

/** What one may filter for, and the arguments that do. */
export function filtersFor({
  column,
  value,
  isOrdered,
}: CellValue): [label: string, changes: Record<string, string | null>][] {
  const exact = column.startsWith("_") || column.includes("__") ? `${column}__exact` : column;
  const cleared = { [column]: null, [`${column}__exact`]: null };
  if (value === null) {
    return [
      ["Filter to null", { ...cleared, [`${column}__isnull`]: "1" }],
      ["Leave null out", { ...cleared, [`${column}__notnull`]: "1" }],
    ];
  }
  if (value === "") {
    return [
      ["Filter to blank", { ...cleared, [`${column}__isblank`]: "1" }],
      ["Leave blank out", { ...cleared, [`${column}__notblank`]: "1" }],
    ];
  }
  const same: [string, Record<string, string | null>][] = [
    ["Filter to this", { ...cleared, [exact]: value }],
    ["Leave this out", { ...cleared, [`${column}__not`]: value }],
  ];
  if (!isOrdered) return same;
  return [
    ...same,
    ["This and more", { ...cleared, [`${column}__gte`]: value }],
    ["This and less", { ...cleared, [`${column}__lte`]: value }],
  ];
}
