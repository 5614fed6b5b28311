/** Names in the configuration that nothing in the databases has: misspelt, they protect and describe nothing. */
import { asciiLower } from "../names.ts";
import { nearest } from "./config-error.ts";
import type { DatabaseConfig, TableConfig } from "./config-types.ts";
import type { ChartConfig, DashboardPart } from "./dashboard-types.ts";
import type { SiteConfig } from "./site-config.ts";

/** What there is to be named. */
export interface NamedDatabase {
  name: string;
  /** Names of tables and views. */
  tables: Iterable<string>;
  /** The columns of a table or view; null when there is none of that name, empty when it cannot be read. */
  columnsOf(table: string): readonly string[] | null;
}

export interface UnknownName {
  /** Such as `databases.shop.tables.ordrs: shop has no table or view of this name`. */
  message: string;
  /** What was probably meant, or what there is. */
  hint: string;
}

/** Databases that Datasette has by itself. */
const OWN_DATABASES = ["_memory", "_internal"];

/** Candidates that a hint lists when none of them is close. */
const LISTED = 20;

/** One after the other, so that whoever needs only the first pays for one. */
export function* unknownNames(
  config: SiteConfig,
  databases: readonly NamedDatabase[],
): Generator<UnknownName> {
  const byName = new Map(databases.map((database) => [database.name, database]));
  for (const [name, configured] of config.databases) {
    const path = `databases.${name}`;
    const database = byName.get(name);
    if (database !== undefined) yield* unknownTables(path, configured, database);
    else if (!OWN_DATABASES.includes(name)) {
      const problem = `no database of this name is served${useless(configured)}`;
      yield { message: `${path}: ${problem}`, hint: hint(name, byName.keys(), "databases") };
    }
  }
}

function* unknownTables(
  path: string,
  { tables, tableOrder, dashboards }: DatabaseConfig,
  database: NamedDatabase,
): Generator<UnknownName> {
  for (const name of typeof tableOrder === "string" ? [] : tableOrder) {
    if (database.columnsOf(name) !== null) continue;
    const problem = `${database.name} has no table or view of this name`;
    yield {
      message: `${path}.table_order: ${name}: ${problem}`,
      hint: hint(name, database.tables, "tables"),
    };
  }
  for (const { name, parts } of dashboards.values()) {
    for (const [at, part] of parts.entries()) {
      yield* unknownInPart(`${path}.dashboards.${name}.parts[${at}]`, part, database);
    }
  }
  for (const [name, configured] of tables) {
    const at = `${path}.tables.${name}`;
    const columns = database.columnsOf(name);
    if (columns === null) {
      const problem = isSpeltOtherwise(name, database.tables)
        ? "that is spelt like this"
        : `of this name${useless(configured)}`;
      const message = `${at}: ${database.name} has no table or view ${problem}`;
      yield { message, hint: hint(name, database.tables, "tables") };
      continue;
    }
    const { ftsTable } = configured;
    if (ftsTable !== null && database.columnsOf(ftsTable) === null) {
      const problem = `${database.name} has no table "${ftsTable}"`;
      yield {
        message: `${at}.fts_table: ${problem}`,
        hint: hint(ftsTable, database.tables, "tables"),
      };
    }
    if (columns.length === 0) continue;
    yield* unknownColumns(at, name, columns, namedColumns(configured));
  }
}

/** The table of a part of a dashboard, and its columns. */
function* unknownInPart(
  path: string,
  part: DashboardPart,
  database: NamedDatabase,
): Generator<UnknownName> {
  if (part.kind === "text" || part.source.table === null) return;
  const { table, filters } = part.source;
  const columns = database.columnsOf(table);
  if (columns === null) {
    const problem = `${database.name} has no table or view of this name`;
    yield { message: `${path}.table: ${problem}`, hint: hint(table, database.tables, "tables") };
    return;
  }
  if (columns.length === 0) return;
  const named: (readonly [string, string | null])[] = filters
    .filter(([name]) => !name.startsWith("_"))
    .map(([name]) => ["filters", columns.includes(name) ? name : name.replace(/__\w+?$/, "")]);
  if (part.kind === "chart") named.push(...chartColumns(part.chart));
  if (part.kind === "number") named.push(["column", part.column]);
  if (part.kind === "table") {
    named.push(["sort", part.sort], ["sort_desc", part.sortDesc]);
    named.push(...(part.columns ?? []).map((column) => ["columns", column] as const));
  }
  yield* unknownColumns(path, table, columns, named);
}

function chartColumns({ x, y, color }: ChartConfig): [string, string | null][] {
  return [
    ["x", x],
    ["y", y],
    ["color", color],
  ];
}

function* unknownColumns(
  path: string,
  table: string,
  columns: readonly string[],
  named: Iterable<readonly [key: string, column: string | null]>,
): Generator<UnknownName> {
  for (const [key, column] of named) {
    if (column === null || columns.includes(column) || column === "rowid") continue;
    const problem = `${table} has no column "${column}"`;
    yield { message: `${path}.${key}: ${problem}`, hint: hint(column, columns, "columns") };
  }
}

/** Every column that the configuration of a table names, under the key that does. */
function namedColumns(config: TableConfig): [key: string, column: string][] {
  const one = (key: string, column: string | null): [string, string][] =>
    column === null ? [] : [[key, column]];
  const all = (key: string, columns: Iterable<string>) =>
    [...columns].map((column): [string, string] => [key, column]);
  return [
    ...one("sort", config.sort),
    ...one("sort_desc", config.sortDesc),
    ...one("label_column", config.labelColumn),
    ...one("fts_pk", config.ftsPk),
    ...all("sortable_columns", config.sortableColumns ?? []),
    ...all(
      "facets",
      config.facets.map(({ column }) => column),
    ),
    ...all("column_types", config.columnTypes.keys()),
    ...all("column_formats", config.columnFormats.keys()),
    ...all("columns", config.columnDescriptions.keys()),
    ...config.charts.flatMap((chart, at) =>
      chartColumns(chart).flatMap(([key, column]) => one(`charts[${at}].${key}`, column)),
    ),
  ];
}

/** What a misspelt name does not do, where that matters most. */
function useless({ allow, permissions }: Pick<TableConfig, "allow" | "permissions">): string {
  return allow !== null || Object.keys(permissions).length > 0
    ? ", so its rules protect nothing"
    : "";
}

/** Rules would hold in whatever letters; what else is configured would be for nothing. */
function isSpeltOtherwise(name: string, candidates: Iterable<string>): boolean {
  const wanted = asciiLower(name);
  return [...candidates].some((each) => asciiLower(each) === wanted);
}

function hint(name: string, candidates: Iterable<string>, what: string): string {
  const known = [...candidates];
  const suggestion =
    known.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearest(name, known);
  if (suggestion !== null) return `Did you mean "${suggestion}"?`;
  if (known.length === 0) return `There are no ${what}.`;
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : "";
  return `Known ${what}: ${known.slice(0, LISTED).join(", ")}${more}.`;
}
