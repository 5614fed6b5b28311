import { ConfigError } from "./config-error.ts";
import type { DatabaseConfig, QueryConfig } from "./config-types.ts";
import { parseCharts } from "./parse-charts.ts";
import { parseDashboards } from "./parse-dashboards.ts";
import { parseAllow, parsePermissions } from "./parse-permissions.ts";
import { parseTable } from "./parse-table.ts";
import { readMetadata } from "./read-metadata.ts";
import { describe, isObject, Reader } from "./reader.ts";

const DATABASE_KEYS = [
  "allow",
  "allow_sql",
  "dashboards",
  "permissions",
  "plugins",
  "queries",
  "table_order",
  "tables",
];

const QUERY_KEYS = [
  "allow",
  "charts",
  "description",
  "description_html",
  "fragment",
  "hide_sql",
  "is_trusted",
  "on_error_message",
  "on_error_redirect",
  "on_success_message",
  "on_success_message_sql",
  "on_success_redirect",
  "params",
  "permissions",
  "plugins",
  "sql",
  "title",
  "write",
];

/** One entry of `databases`, from the configuration and from the metadata. */
export function parseDatabase(config: Reader, metadata: Reader): DatabaseConfig {
  config.allowOnly(DATABASE_KEYS);
  const configured = config.object("tables");
  const described = metadata.object("tables");
  const names = new Set([...Object.keys(configured.value), ...Object.keys(described.value)]);
  const queries = parseQueries(config.object("queries"));
  return {
    metadata: readMetadata(metadata, ["tables", "queries"]),
    allow: parseAllow(config, "allow"),
    allowSql: parseAllow(config, "allow_sql"),
    permissions: parsePermissions(config),
    tables: new Map(
      [...names].map((name) => [name, parseTable(configured.object(name), described.object(name))]),
    ),
    tableOrder: parseTableOrder(config),
    queries,
    dashboards: parseDashboards(config.object("dashboards"), queries.keys()),
  };
}

function parseTableOrder(config: Reader): DatabaseConfig["tableOrder"] {
  const order = config.value.table_order ?? "name";
  if (order === "name" || order === "rows") return order;
  if (Array.isArray(order)) return config.strings("table_order") ?? "name";
  throw new ConfigError(
    config.at("table_order"),
    `expected "name", "rows" or a list of tables, got ${describe(order)}`,
  );
}

function parseQueries(queries: Reader): Map<string, QueryConfig> {
  return new Map(
    Object.entries(queries.value).map(([name, value]) => {
      if (typeof value !== "string" && !isObject(value)) {
        throw new ConfigError(queries.at(name), "expected SQL or an object with a key sql");
      }
      const object = typeof value === "string" ? { sql: value } : value;
      return [name, parseQuery(name, new Reader(queries.at(name), object))];
    }),
  );
}

function parseQuery(name: string, query: Reader): QueryConfig {
  query.allowOnly(QUERY_KEYS);
  const sql = query.string("sql");
  if (sql === null) throw new ConfigError(query.at("sql"), "missing");
  return {
    name,
    sql,
    title: query.string("title"),
    description: query.string("description"),
    description_html: query.string("description_html"),
    hide_sql: query.boolean("hide_sql") ?? false,
    fragment: query.string("fragment"),
    params: query.strings("params") ?? [],
    is_write: query.boolean("write") ?? false,
    is_trusted: query.boolean("is_trusted") ?? true,
    on_success_message: query.string("on_success_message"),
    on_success_message_sql: query.string("on_success_message_sql"),
    on_success_redirect: query.string("on_success_redirect"),
    on_error_message: query.string("on_error_message"),
    on_error_redirect: query.string("on_error_redirect"),
    allow: parseAllow(query, "allow"),
    permissions: parsePermissions(query),
    charts: parseCharts(query),
  };
}
