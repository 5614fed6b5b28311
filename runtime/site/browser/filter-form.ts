/** The filter form grows: as soon as its last row is used there is another one. */
import { all } from "./dom.ts";

export function growFilterForm(): void {
  const form = document.querySelector<HTMLFormElement>("form.filters");
  if (!form) return;
  form.addEventListener("change", () => {
    const last = all(".filter-controls-row", form).at(-1);
    if (last?.querySelector<HTMLSelectElement>("select")?.value) addRow(form);
  });
  for (const row of all(".filter-controls-row", form)) hideUselessValue(row);
  form.addEventListener("change", (event) => {
    const row = (event.target as Element).closest<HTMLElement>(".filter-controls-row");
    if (row) hideUselessValue(row);
  });
  form.addEventListener("submit", () => leaveOutBlanks(form));
}

function addRow(form: HTMLFormElement): void {
  const rows = all(".filter-controls-row", form);
  const last = rows.at(-1);
  if (!last) return;
  const row = last.cloneNode(true) as HTMLElement;
  for (const field of all<HTMLInputElement | HTMLSelectElement>("[name]", row)) {
    field.name = `${field.name.replace(/_\d+$/, "")}_${rows.length}`;
    if (field instanceof HTMLInputElement) field.value = "";
    else field.selectedIndex = 0;
  }
  last.after(row);
  hideUselessValue(row);
}

/** "is null" and its like take no value. */
function hideUselessValue(row: HTMLElement): void {
  const operator = row.querySelector<HTMLSelectElement>(".filter-op select, select.filter-op");
  const value = row.querySelector<HTMLInputElement>(".filter-value");
  if (operator && value) value.hidden = operator.value.includes("__");
}

/** Keeps the address short: unused filter rows and empty fields are not sent. */
function leaveOutBlanks(form: HTMLFormElement): void {
  for (const row of all(".filter-controls-row", form)) {
    const column = row.querySelector<HTMLSelectElement>("select");
    if (column?.value) continue;
    for (const field of all<HTMLInputElement>("[name]", row)) field.disabled = true;
  }
  for (const field of all<HTMLInputElement>("input[name=_search], select[name=_sort]", form)) {
    if (field.value === "") field.disabled = true;
  }
}
