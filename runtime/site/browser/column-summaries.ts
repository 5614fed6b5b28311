/**
 * What is in the columns, shown where it is asked for: in the popover "Columns" and in the menu of a column.
 * All of it comes from the page about the columns, which is fetched when it is first needed.
 */
import { all, element } from "./dom.ts";

let fetched: Promise<HTMLElement> | null = null;
/** null on pages that are not of a table. */
let addressOfColumns: string | null = null;

export function showColumnSummaries(): void {
  const link = document.querySelector<HTMLAnchorElement>(".columns-link");
  const popover = link?.closest<HTMLElement>("[popover]");
  if (!link || !popover) return;
  addressOfColumns = link.href;
  popover.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "open" || popover.classList.contains("wide")) return;
    popover.classList.add("wide");
    const place = element("div", { role: "status" }, "Looking at the values …");
    link.parentElement!.replaceWith(place);
    void fill(place, (summaries) => summaries);
  });
}

/** The part about one column, to be put into its menu; null on pages without such a part. */
export function summaryOf(column: string): HTMLElement | null {
  if (addressOfColumns === null) return null;
  const place = element("div", { class: "column-summary-place" });
  void fill(place, (summaries) =>
    all(".column-summary", summaries).find(({ dataset }) => dataset.column === column),
  );
  return place;
}

async function fill(
  place: HTMLElement,
  part: (summaries: HTMLElement) => HTMLElement | undefined,
): Promise<void> {
  try {
    fetched ??= fetchSummaries();
    const found = part(await fetched);
    place.replaceChildren(...(found ? [document.importNode(found, true)] : []));
    for (const histogram of all<SVGSVGElement & HTMLElement>(".histogram", place)) {
      letChooseRange(histogram);
    }
  } catch {
    fetched = null;
    place.textContent = "What is in the columns could not be loaded.";
  }
}

async function fetchSummaries(): Promise<HTMLElement> {
  const response = await fetch(addressOfColumns!);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const summaries = page.querySelector<HTMLElement>(".column-summaries");
  if (!response.ok || !summaries) throw new Error("no summaries");
  return summaries;
}

/** From the bin where the pointer goes down to the one where it goes up. */
function letChooseRange(histogram: SVGSVGElement & HTMLElement): void {
  const bins = all<SVGAElement>("a", histogram);
  let first = -1;
  let last = -1;
  const binAt = (event: PointerEvent): number => {
    const box = histogram.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * bins.length);
    return Math.max(0, Math.min(bins.length - 1, at));
  };
  const mark = (): void => {
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    for (const [at, bin] of bins.entries()) {
      bin.classList.toggle("chosen", first >= 0 && at >= from && at <= to);
    }
  };
  // A link would be dragged as such.
  histogram.addEventListener("dragstart", (event) => event.preventDefault());
  histogram.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    first = last = binAt(event);
    histogram.setPointerCapture(event.pointerId);
    mark();
  });
  histogram.addEventListener("pointermove", (event) => {
    if (first < 0) return;
    last = binAt(event);
    mark();
  });
  histogram.addEventListener("pointerup", () => {
    if (first < 0) return;
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    first = -1;
    location.assign(rangeHref(bins[from]!.href.baseVal, bins[to]!.href.baseVal));
  });
  histogram.addEventListener("pointercancel", () => {
    first = -1;
    mark();
  });
  // The pointer has decided already.
  histogram.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault();
  });
}

/** The link of the first bin, up to where the last one ends. */
export function rangeHref(from: string, to: string): string {
  const [path = "", query = ""] = from.split("?");
  const end = [...new URLSearchParams(to.split("?")[1])].findLast(([name]) =>
    name.endsWith("__lt"),
  );
  const range = new URLSearchParams(query);
  if (end !== undefined) range.set(...end);
  return `${path}?${range}`;
}
