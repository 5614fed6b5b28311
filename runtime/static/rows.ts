/** The rows of this page as data, for charts and maps. */
export type Row = Record<string, unknown>;

/** Fetches this page as JSON. Foreign keys become their labels, large integers become numbers. */
export async function pageRows(): Promise<Row[]> {
  const link = document.querySelector<HTMLLinkElement>("link[rel=alternate][type*=json]");
  // The table page shows labels unless it is told not to; JSON wants to be asked for them.
  const url = new URL(link!.href);
  const isTable = document.body.classList.contains("table");
  if (isTable && !url.searchParams.has("_labels")) url.searchParams.set("_labels", "on");
  url.searchParams.set("_shape", "array");
  const response = await fetch(new URL(url.pathname + url.search, location.href));
  const rows: unknown = await response.json();
  if (!Array.isArray(rows)) throw new Error("The rows could not be loaded.");
  return (rows as Row[]).map(withLabels);
}

function withLabels(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, isLabelled(value) ? value.label : value]),
  );
}

function isLabelled(value: unknown): value is { label: unknown } {
  return typeof value === "object" && value !== null && "label" in value;
}
