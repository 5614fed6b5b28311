import { CHART_KINDS } from "../chart-spec.ts";
import { ConfigError, nearest } from "./config-error.ts";
import {
  type DashboardConfig,
  type DashboardParameter,
  type DashboardPart,
  NUMBER_AGGREGATES,
  type PartSource,
} from "./dashboard-types.ts";
import { CHART_KEYS, oneOf, parseChart } from "./parse-charts.ts";
import { parseAllow } from "./parse-permissions.ts";
import { describe, Reader } from "./reader.ts";

const DASHBOARD_KEYS = ["title", "description", "allow", "parameters", "parts"];
const KINDS = ["text", "number", "table", ...CHART_KINDS] as const;
const SOURCE_KEYS = ["kind", "title", "width", "table", "query", "filters"];
const NUMBER_KEYS = [...SOURCE_KEYS, "aggregate", "column", "prefix", "suffix"];
const TABLE_KEYS = [...SOURCE_KEYS, "columns", "sort", "sort_desc", "size"];

/** Every part runs statements of its own. */
const MOST_PARTS = 24;
const ROWS_SHOWN = 10;
const MOST_ROWS = 100;
/** Sixths of the page. */
const WIDTHS = { text: 6, number: 1, table: 3, chart: 3 };

/**
 * `dashboards` of a database.
 * @param queries names of its configured queries
 */
export function parseDashboards(
  dashboards: Reader,
  queries: Iterable<string>,
): Map<string, DashboardConfig> {
  const known = [...queries];
  return new Map(
    Object.keys(dashboards.value).map((name) => [
      name,
      parseDashboard(name, dashboards.object(name), known),
    ]),
  );
}

function parseDashboard(name: string, config: Reader, queries: string[]): DashboardConfig {
  config.allowOnly(DASHBOARD_KEYS);
  const parameters = parseParameters(config.object("parameters"));
  const parts = config.list("parts").map((item, at) => {
    const reader = new Reader(`${config.at("parts")}[${at}]`, item);
    return parsePart(reader, queries, parameters);
  });
  if (parts.length === 0) throw new ConfigError(config.at("parts"), "missing");
  if (parts.length > MOST_PARTS) {
    throw new ConfigError(
      config.at("parts"),
      `${parts.length} parts, at most ${MOST_PARTS} are allowed`,
    );
  }
  return {
    name,
    title: config.string("title"),
    description: config.string("description"),
    allow: parseAllow(config, "allow"),
    parameters,
    parts,
  };
}

/** Each is a label, or an object. */
function parseParameters(config: Reader): DashboardParameter[] {
  return Object.entries(config.value).map(([name, value]) => {
    if (!/^[a-zA-Z]\w*$/.test(name)) {
      throw new ConfigError(config.at(name), "names of parameters are letters, digits and _");
    }
    if (typeof value === "string") return { name, label: value, default: "", options: null };
    const reader = new Reader(config.at(name), value ?? {});
    reader.allowOnly(["label", "default", "options"]);
    const options = reader.value.options === undefined ? null : texts(reader, "options");
    const chosen = reader.value.default === undefined ? null : text(reader, "default");
    if (options !== null && chosen !== null && !options.includes(chosen)) {
      throw new ConfigError(reader.at("default"), `"${chosen}" is not one of the options`);
    }
    return { name, label: reader.string("label") ?? name, default: chosen ?? "", options };
  });
}

function parsePart(
  part: Reader,
  queries: string[],
  parameters: readonly DashboardParameter[],
): DashboardPart {
  const kind = oneOf(part, "kind", KINDS);
  if (kind === null) throw new ConfigError(part.at("kind"), `missing: ${KINDS.join(", ")}`);
  const title = part.string("title");
  if (kind === "text") {
    part.allowOnly(["kind", "title", "width", "text"]);
    const markdown = part.string("text");
    if (markdown === null) throw new ConfigError(part.at("text"), "missing");
    return { kind, title, width: width(part, WIDTHS.text), text: markdown };
  }
  if (kind === "number") {
    part.allowOnly(NUMBER_KEYS);
    const source = parseSource(part, queries, parameters);
    const aggregate = oneOf(part, "aggregate", NUMBER_AGGREGATES);
    const column = part.string("column");
    if (aggregate !== null && aggregate !== "count" && column === null) {
      throw new ConfigError(part.at("column"), `missing: the column whose ${aggregate} is shown`);
    }
    return {
      ...{ kind, title, width: width(part, WIDTHS.number), source, column },
      aggregate: aggregate ?? (source.table === null ? null : "count"),
      prefix: part.string("prefix") ?? "",
      suffix: part.string("suffix") ?? "",
    };
  }
  if (kind === "table") {
    part.allowOnly(TABLE_KEYS);
    const size = part.size("size") ?? ROWS_SHOWN;
    return {
      ...{ kind, title, width: width(part, WIDTHS.table) },
      source: parseSource(part, queries, parameters),
      columns: part.strings("columns"),
      sort: part.string("sort"),
      sortDesc: part.string("sort_desc"),
      size: size === "max" ? MOST_ROWS : Math.min(size, MOST_ROWS),
    };
  }
  part.allowOnly([...SOURCE_KEYS, ...CHART_KEYS]);
  const source = parseSource(part, queries, parameters);
  return {
    kind: "chart",
    title,
    width: width(part, WIDTHS.chart),
    source,
    chart: parseChart(part),
  };
}

function parseSource(
  part: Reader,
  queries: string[],
  parameters: readonly DashboardParameter[],
): PartSource {
  const table = part.string("table");
  const query = part.string("query");
  if ((table === null) === (query === null)) {
    throw new ConfigError(
      part.at(table === null ? "table" : "query"),
      "expected a table or a query, and one of them",
    );
  }
  if (query !== null) {
    if (part.value.filters !== undefined) {
      throw new ConfigError(part.at("filters"), "filters are for tables; a query has parameters");
    }
    if (queries.includes(query)) return { query, table: null };
    const suggestion = nearest(query, queries);
    throw new ConfigError(
      part.at("query"),
      `there is no query "${query}" in this database's queries`,
      suggestion === null ? null : `Did you mean "${suggestion}"?`,
    );
  }
  const filters = part.object("filters");
  return {
    table: table!,
    query: null,
    filters: Object.keys(filters.value).map((name): [string, string] => {
      if (name.startsWith("_") && name !== "_search") {
        throw new ConfigError(filters.at(name), "expected a column, column__operator or _search");
      }
      const value = text(filters, name);
      const asked = /^:(\w+)$/.exec(value)?.[1];
      if (asked !== undefined && !parameters.some((each) => each.name === asked)) {
        throw new ConfigError(filters.at(name), `the dashboard has no parameter "${asked}"`);
      }
      return [name, value];
    }),
  };
}

function width(part: Reader, usual: number): number {
  const value = part.value.width ?? usual;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 6) {
    return value as number;
  }
  throw new ConfigError(
    part.at("width"),
    `expected 1 to 6 sixths of the page, got ${describe(value)}`,
  );
}

/** YAML takes 2024 for a number and true for a boolean; both are values of columns. */
function text(reader: Reader, key: string): string {
  const value = reader.value[key];
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  throw new ConfigError(reader.at(key), `expected a text or a number, got ${describe(value)}`);
}

function texts(reader: Reader, key: string): string[] {
  return reader.list(key).map((value, at) => {
    const item = new Reader(reader.at(key), { [at]: value });
    return text(item, String(at));
  });
}
