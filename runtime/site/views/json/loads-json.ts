import type { ListedLoad, LoadsPage } from "../../pages/instance/loads-page.ts";

export function loadsJson({ loads }: LoadsPage): Record<string, unknown> {
  return { ok: true, loads: loads.map(loadJson) };
}

function loadJson(load: ListedLoad): Record<string, unknown> {
  const { source, status, at, milliseconds, size, database, version, warnings, error } = load;
  return {
    source,
    status,
    at,
    milliseconds,
    size,
    database,
    version,
    tables: load.tables.map(({ columnCount, ...table }) => ({
      ...table,
      column_count: columnCount,
    })),
    warnings,
    error,
  };
}
