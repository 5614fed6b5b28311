/** The rows as data, for the map. Foreign keys become their labels, large integers become numbers. */
export type Row = Record<string, unknown>;

export interface LoadedRows {
  rows: Row[];
  /** Whether there are more rows behind these. */
  hasMore: boolean;
}

/** As many rows as one answer may have, from the first one of this page on. */
export function mostRows(): Promise<LoadedRows> {
  const url = pageUrl();
  if (isTable()) url.searchParams.set("_size", "max");
  return load(url);
}

/** This page as JSON. */
function pageUrl(): URL {
  const link = document.querySelector<HTMLLinkElement>("link[rel=alternate][type*=json]");
  const { pathname, search } = new URL(link!.href);
  const url = new URL(pathname + search, location.href);
  // The table page shows labels unless it is told not to; JSON wants to be asked for them.
  if (isTable() && !url.searchParams.has("_labels")) url.searchParams.set("_labels", "on");
  url.searchParams.set("_shape", "objects");
  return url;
}

/** Pages of queries show all the rows that their JSON has. */
function isTable(): boolean {
  return document.body.classList.contains("table");
}

async function load(url: URL): Promise<LoadedRows> {
  const response = await fetch(url);
  const { rows, next, truncated } = await response.json();
  if (!Array.isArray(rows)) throw new Error("The rows could not be loaded.");
  const hasMore = truncated === true || (next ?? null) !== null;
  return { rows: (rows as Row[]).map(withLabels), hasMore };
}

function withLabels(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, isLabelled(value) ? value.label : value]),
  );
}

function isLabelled(value: unknown): value is { label: unknown } {
  return typeof value === "object" && value !== null && "label" in value;
}
