/** The list of the last loads in the manifest: pure, and bounded, because the site reads it at each start. */
import type { Load, LoadedTable } from "../../core/format/loads.ts";

/** One that is still to be written down: the version that has it is known when it is planned. */
export type NewLoad = Omit<Load, "version">;

/** Loads that are listed. With the limits below they take some 100 kB at the most, usually 20. */
const LISTED = 30;
const OF_ONE_SOURCE = 10;
const TABLES = 10;
const COLUMNS = 20;
const WARNINGS = 5;
/** Characters of a text. */
const TEXT = 300;
/** Characters of one load, as JSON; beyond it columns are left out. */
const LOAD = 4_000;

/** `current` with `added` before it, the newest first; a load that is listed already stays as it is. */
export function addLoads(
  current: readonly Load[] = [],
  added: readonly NewLoad[],
  version: number,
): Load[] {
  const known = new Set(current.map(({ id }) => id));
  const fresh = added
    .filter(({ id }) => !known.has(id))
    .map((load): Load => bounded({ ...load, version: load.status === "failed" ? null : version }));
  return someOfEach([...fresh, ...current]).slice(0, LISTED);
}

/** One that loads all the time does not displace the others. */
function someOfEach(loads: readonly Load[]): Load[] {
  const seen = new Map<string, number>();
  return loads.filter(({ source }) => {
    const count = (seen.get(source) ?? 0) + 1;
    seen.set(source, count);
    return count <= OF_ONE_SOURCE;
  });
}

/** What fits into the list. */
export function bounded(load: Load): Load {
  const { error, tables, warnings, source } = load;
  const shorter: Load = {
    ...load,
    source: short(source),
    tables: tables.slice(0, TABLES).map(boundedTable),
    warnings: someOf(warnings),
    error: error && { ...error, message: short(error.message), hint: short(error.hint) },
  };
  if (JSON.stringify(shorter).length <= LOAD) return shorter;
  const bare = shorter.tables.map((table) => ({ ...table, columns: [], warnings: [] }));
  return { ...shorter, tables: bare };
}

function boundedTable(table: LoadedTable): LoadedTable {
  return {
    ...table,
    table: short(table.table),
    columns: table.columns.slice(0, COLUMNS).map((column) => ({
      ...column,
      name: short(column.name),
    })),
    warnings: someOf(table.warnings),
  };
}

function someOf(warnings: readonly string[]): string[] {
  const more = warnings.length - WARNINGS;
  const first = warnings.slice(0, WARNINGS).map(short);
  return more > 0 ? [...first, `and ${more} more`] : first;
}

function short(text: string): string {
  return text.length <= TEXT ? text : `${text.slice(0, TEXT)}…`;
}
