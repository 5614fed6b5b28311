/** While a value for a filter is typed, the commonest values of the column that contain it are offered. */
import { element } from "./dom.ts";

interface FacetAnswer {
  facet_results?: {
    results: Record<string, { results: { value: unknown; label: unknown; count: number }[] }>;
  };
}

/** Milliseconds without a key before the values are asked for. */
const PAUSE = 200;

export function suggestValues(): void {
  const form = document.querySelector<HTMLFormElement>("form.filters");
  if (!form) return;
  const list = element("datalist", { id: "filter-values" });
  form.append(list);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = "";
  const update = (field: HTMLInputElement): void => {
    const row = field.closest(".filter-controls-row");
    const column = row?.querySelector<HTMLSelectElement>("select")?.value;
    field.setAttribute("list", list.id);
    const url = column ? valuesUrl(form.action, column, field.value, versionOf(form)) : "";
    if (url === asked) return;
    asked = url;
    list.replaceChildren();
    clearTimeout(timer);
    if (url === "") return;
    timer = setTimeout(() => {
      void fetchValues(url, column!).then((values) => {
        if (asked === url) list.replaceChildren(...values.map(optionOf));
      });
    }, PAUSE);
  };
  for (const event of ["input", "focusin"]) {
    form.addEventListener(event, ({ target }) => {
      if (target instanceof HTMLInputElement && target.matches(".filter-value")) update(target);
    });
  }
}

/** The version that the page is of; empty for the current one. */
function versionOf(form: HTMLFormElement): string {
  return form.querySelector<HTMLInputElement>("input[name=_at]")?.value ?? "";
}

/** The facet of the column, of the rows that have the text in it. */
export function valuesUrl(table: string, column: string, text: string, version = ""): string {
  const url = new URL(`${table}.json`);
  const wanted = { _facet: column, _facet_size: "20", _size: "0", _extra: "facet_results" };
  for (const [name, value] of Object.entries({ ...wanted, _nosuggest: "1" })) {
    url.searchParams.set(name, value);
  }
  if (version !== "") url.searchParams.set("_at", version);
  if (text !== "") url.searchParams.set(`${column}__contains`, text);
  return url.href;
}

async function fetchValues(
  url: string,
  column: string,
): Promise<{ value: unknown; label: unknown; count: number }[]> {
  try {
    const response = await fetch(url);
    const answer = (await response.json()) as FacetAnswer;
    return answer.facet_results?.results[column]?.results ?? [];
  } catch {
    // Suggestions are an extra.
    return [];
  }
}

function optionOf({ value, label, count }: { value: unknown; label: unknown; count: number }) {
  const rows = `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
  const text = String(value) === String(label) ? rows : `${label} (${rows})`;
  return element("option", { value: String(value) }, text);
}
