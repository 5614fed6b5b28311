import { ConfigError } from "./config-error.ts";
import type { FacetConfig, FacetType, TableConfig } from "./config-types.ts";
import { parseCharts } from "./parse-charts.ts";
import { parseColumnFormats } from "./parse-column-formats.ts";
import { parseAllow, parsePermissions } from "./parse-permissions.ts";
import { readMetadata } from "./read-metadata.ts";
import { describe, isObject, Reader } from "./reader.ts";

/** Keys that older metadata files have among a table's metadata. */
export const MOVED_TABLE_KEYS = [
  "hidden",
  "sort",
  "sort_desc",
  "size",
  "sortable_columns",
  "label_column",
  "facets",
  "facet_size",
  "fts_table",
  "fts_pk",
  "searchmode",
];

const TABLE_KEYS = [
  ...MOVED_TABLE_KEYS,
  "allow",
  "charts",
  "column_types",
  "column_formats",
  "permissions",
  "plugins",
];

/** One entry of `tables`, from the configuration and from the metadata. */
export function parseTable(config: Reader, metadata: Reader): TableConfig {
  config.allowOnly(TABLE_KEYS);
  const sort = config.string("sort");
  const sortDesc = config.string("sort_desc");
  if (sort !== null && sortDesc !== null) {
    throw new ConfigError(
      config.at("sort_desc"),
      "a table is sorted by sort or sort_desc, not both",
    );
  }
  const searchMode = config.string("searchmode");
  if (searchMode !== null && searchMode !== "raw" && searchMode !== "escaped") {
    throw new ConfigError(
      config.at("searchmode"),
      `expected "raw" or "escaped", got "${searchMode}"`,
    );
  }
  return {
    metadata: readMetadata(metadata, ["columns"]),
    allow: parseAllow(config, "allow"),
    permissions: parsePermissions(config),
    columnDescriptions: parseColumnDescriptions(metadata.object("columns")),
    columnTypes: parseColumnTypes(config.object("column_types")),
    columnFormats: parseColumnFormats(config.object("column_formats")),
    sort,
    sortDesc,
    size: config.size("size"),
    facets: config
      .list("facets")
      .map((item, index) => parseFacet(`${config.at("facets")}[${index}]`, item)),
    facetSize: config.size("facet_size"),
    sortableColumns: config.strings("sortable_columns"),
    labelColumn: config.string("label_column"),
    hidden: config.boolean("hidden") ?? false,
    ftsTable: config.string("fts_table"),
    ftsPk: config.string("fts_pk"),
    searchMode,
    charts: parseCharts(config),
  };
}

/** In order of name, as the JSON API lists them. */
function parseColumnDescriptions(columns: Reader): Map<string, string> {
  return new Map(
    Object.keys(columns.value)
      .sort()
      .map((name) => [name, columns.string(name) ?? ""]),
  );
}

function parseColumnTypes(types: Reader): TableConfig["columnTypes"] {
  return new Map(
    Object.entries(types.value).map(([column, value]) => {
      if (typeof value === "string") return [column, { type: value, config: null }];
      const reader = new Reader(types.at(column), value);
      const type = reader.string("type");
      if (type === null) throw new ConfigError(reader.at("type"), "missing");
      return [column, { type, config: reader.value.config ?? null }];
    }),
  );
}

/** `"column"`, or `{"array": "column"}` and the like. */
function parseFacet(path: string, item: unknown): FacetConfig {
  if (typeof item === "string") return { type: "column", column: item };
  const entries = isObject(item) ? Object.entries(item) : [];
  const [type, column] = entries[0] ?? [];
  if (entries.length !== 1 || typeof column !== "string" || !isFacetType(type)) {
    throw new ConfigError(
      path,
      `expected a column or {"array": column} or {"date": column}, got ${describe(item)}`,
    );
  }
  return { type, column };
}

function isFacetType(type: unknown): type is FacetType {
  return type === "column" || type === "array" || type === "date";
}
