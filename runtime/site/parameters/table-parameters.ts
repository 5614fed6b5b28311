import { compareText } from "../../core/compare-text.ts";
import { parseBoolean } from "../../core/config/booleans.ts";
import type { TableConfig } from "../../core/config/config-types.ts";
import type { Settings } from "../../core/config/settings.ts";
import type { TableSchema } from "../../core/sqlite/schema.ts";
import { badRequest } from "../errors.ts";
import type { Pair } from "../query-string.ts";
import type { Arguments } from "./arguments.ts";
import { parsePageSize } from "./page-size.ts";

/** What the query string of a table or view asks for, checked. */
export interface TableParameters {
  /** In the order in which they get their parameters. */
  filters: readonly Filter[];
  /** `_where` clauses: SQL of the visitor. */
  wheres: readonly string[];
  /** `_through`, as sent. */
  throughs: readonly string[];
  search: SearchParameters;
  /** Columns to show, without a rowid. */
  columns: readonly string[];
  sort: Sort | null;
  size: number;
  /** The pagination token; null on the first page. */
  next: string | null;
  /** Foreign key columns to show with labels. */
  labels: "all" | "none" | readonly string[];
  /** Milliseconds; null for the site's limit. */
  timeLimit: number | null;
  noCount: boolean;
  noFacet: boolean;
  noSuggest: boolean;
}

export interface Filter {
  column: string;
  /** The operator's key; may be unknown, then the filter has no effect. */
  lookup: string;
  value: string;
}

export interface Sort {
  column: string;
  descending: boolean;
}

export interface SearchParameters {
  /** `_fts_table`; null for the table's own. */
  ftsTable: string | null;
  ftsPk: string | null;
  mode: "raw" | "escaped" | null;
  /** `_search`; null when absent. */
  text: string | null;
  /** `_search_COLUMN`, in order. */
  columns: readonly { column: string; text: string }[];
}

/** @throws HttpError 400 */
export function parseTableParameters(
  args: Arguments,
  table: TableSchema,
  config: TableConfig,
  settings: Settings,
  labelsByDefault: boolean,
): TableParameters {
  const shape = args.get("_shape");
  const isBare = shape === "array" || shape === "object";
  return {
    filters: parseFilters(args),
    wheres: args.getAll("_where"),
    throughs: args.getAll("_through"),
    search: parseSearch(args),
    columns: parseColumns(args, table),
    sort: parseSort(args, table, config),
    size: parsePageSize(
      args.get("_size") || config.size,
      settings.default_page_size,
      settings.max_returned_rows,
    ),
    next: args.get("_next") || null,
    labels: parseLabels(args, labelsByDefault),
    timeLimit: parseTimeLimit(args),
    noCount: isBare || Boolean(args.get("_nocount")),
    noFacet: isBare || Boolean(args.get("_nofacet")),
    noSuggest: Boolean(args.get("_nosuggest")),
  };
}

/** Names that start with `_` and have no `__` are options; everything else is a filter. */
function parseFilters(args: Arguments): Filter[] {
  const pairs: Pair[] = args.pairs.filter(([name]) => !name.startsWith("_") || name.includes("__"));
  return pairs
    .sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]))
    .map(([name, value]) => {
      const split = name.lastIndexOf("__");
      return split < 0
        ? { column: name, lookup: "exact", value }
        : { column: name.slice(0, split), lookup: name.slice(split + 2), value };
    });
}

function parseSearch(args: Arguments): SearchParameters {
  const columns = [];
  for (const name of args.names()) {
    if (!name.startsWith("_search") || name === "_searchmode" || name === "_search") continue;
    columns.push({ column: name.slice("_search_".length), text: args.get(name) ?? "" });
  }
  const mode = args.get("_searchmode");
  return {
    ftsTable: args.get("_fts_table") || null,
    ftsPk: args.get("_fts_pk") ?? null,
    mode: mode === "raw" || mode === "escaped" ? mode : null,
    text: args.get("_search") ?? null,
    columns,
  };
}

function parseColumns(args: Arguments, table: TableSchema): string[] {
  const { columnNames, primaryKeys } = table;
  let columns = [...columnNames];
  if (args.has("_col")) {
    const wanted = args.getAll("_col");
    refuseColumns("_col", wanted, (column) => !columnNames.includes(column));
    columns = [...new Set([...primaryKeys, ...wanted])];
  }
  if (args.has("_nocol")) {
    const unwanted = args.getAll("_nocol");
    refuseColumns(
      "_nocol",
      unwanted,
      (column) => !columnNames.includes(column) || primaryKeys.includes(column),
    );
    columns = columns.filter((column) => !unwanted.includes(column));
  }
  return columns;
}

function refuseColumns(
  name: string,
  columns: readonly string[],
  isBad: (column: string) => boolean,
): void {
  const bad = columns.filter(isBad);
  if (bad.length > 0) throw badRequest(`${name}=${bad.join(", ")} - invalid columns`);
}

function parseSort(args: Arguments, table: TableSchema, config: TableConfig): Sort | null {
  let ascending = args.get("_sort") || null;
  let descending = args.get("_sort_desc") || null;
  if (ascending === null && descending === null) {
    ascending = config.sort;
    descending = config.sortDesc;
  }
  if (ascending !== null && descending !== null) {
    throw badRequest("Cannot use _sort and _sort_desc at the same time");
  }
  const column = ascending ?? descending;
  if (column === null) return null;
  if (!sortableColumns(table, config).has(column)) {
    throw badRequest(`Cannot sort table by ${column}`);
  }
  return { column, descending: descending !== null };
}

export function sortableColumns(table: TableSchema, config: TableConfig): Set<string> {
  const columns = new Set(config.sortableColumns ?? table.columnNames);
  if (table.usesRowid) columns.add("rowid");
  return columns;
}

function parseLabels(args: Arguments, byDefault: boolean): TableParameters["labels"] {
  if (args.has("_label")) return args.getAll("_label");
  return (parseBoolean(args.get("_labels") ?? "") ?? byDefault) ? "all" : "none";
}

/** @throws HttpError 400 */
export function parseTimeLimit(args: Arguments): number | null {
  const text = args.get("_timelimit");
  if (!text) return null;
  if (!/^\d+$/.test(text)) throw badRequest("_timelimit must be a whole number of milliseconds");
  return Number(text);
}
