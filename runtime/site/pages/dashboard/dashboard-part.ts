/** One part of a dashboard: what a visitor's own request for it would answer, and no more. */
import type { DashboardPart, PartSource } from "../../../core/config/dashboard-types.ts";
import { badRequest, notFound } from "../../errors.ts";
import { Arguments } from "../../parameters/arguments.ts";
import type { Format } from "../../parameters/page-request.ts";
import { PageRequest } from "../../parameters/page-request.ts";
import { numberSql } from "../../queries/number-sql.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import {
  type ChartRows,
  chartOf,
  queryChartRows,
  runSql,
  tableChartRows,
} from "../chart/chart-data.ts";
import { chartFragment } from "../chart-links.ts";
import type { OpenDatabase, PageContext } from "../context.ts";
import { findOpenTable, type OpenTable } from "../open-table.ts";
import { type QueryData, queryData } from "../query/query-data.ts";
import { tableData } from "../table/table-data.ts";
import { tablePage } from "../table/table-page.ts";
import { tableRequest } from "../table/table-request.ts";
import type { PartContent, PartPage } from "./dashboard-page-type.ts";

/** Values of the dashboard's parameters by name. */
export type Chosen = ReadonlyMap<string, string>;

type DataPart = Exclude<DashboardPart, { kind: "text" }>;

/**
 * @param timeLimit milliseconds for each of its statements
 * @throws HttpError 403 and 404 where the visitor may not see its table or query; 400 where it failed
 */
export function dashboardPart(
  context: PageContext,
  open: OpenDatabase,
  part: DashboardPart,
  chosen: Chosen,
  timeLimit: number,
): PartPage {
  const { title, width } = part;
  if (part.kind === "text") {
    return { title, width, href: null, content: { kind: "text", markdown: part.text } };
  }
  const pairs = argumentsOf(part.source, chosen);
  const shown = part.kind === "table" ? [...pairs, ...tableArguments(part)] : pairs;
  const limited: Pair[] = [...shown, ["_timelimit", String(Math.max(1, Math.round(timeLimit)))]];
  const { table, query } = part.source;
  const page = context.links.table(open.database.name, table ?? query, encodePairs(pairs));
  const href = part.kind === "chart" ? `${page}${chartFragment(part.chart)}` : page;
  const content =
    table === null
      ? queryContent(asked(context, page, limited, "json"), open, part, query)
      : tableContent(asked(context, page, limited, "html"), open, part, table);
  return { title, width, href, content };
}

/** Filters without a value are left out: they stand for a parameter that nobody chose. */
function argumentsOf(source: PartSource, chosen: Chosen): Pair[] {
  if (source.table === null) return [...chosen].map(([name, value]): Pair => [name, value]);
  return source.filters
    .map(([name, value]): Pair => {
      const parameter = /^:(\w+)$/.exec(value)?.[1];
      return [name, parameter === undefined ? value : (chosen.get(parameter) ?? "")];
    })
    .filter(([, value]) => value !== "");
}

function tableArguments(part: Extract<DashboardPart, { kind: "table" }>): Pair[] {
  const pairs: Pair[] = [
    ["_size", String(part.size)],
    ["_nocount", "1"],
    ["_nofacet", "1"],
    ["_nosuggest", "1"],
  ];
  for (const column of part.columns ?? []) pairs.push(["_col", column]);
  if (part.sort !== null) pairs.push(["_sort", part.sort]);
  if (part.sortDesc !== null) pairs.push(["_sort_desc", part.sortDesc]);
  return pairs;
}

/** The request that a visitor would send for the data of a part. */
function asked(
  context: PageContext,
  href: string,
  pairs: readonly Pair[],
  format: Format,
): PageContext {
  const { links, request } = context;
  const path = `/${(href.split("?")[0] ?? href).slice(links.baseUrl.length)}`;
  const time: Pair[] = links.at === null ? [] : [["_at", String(links.at)]];
  const args = new Arguments(encodePairs([...pairs, ...time]));
  const made = new PageRequest("GET", path, path, args, format, links, request.headers);
  return { ...context, request: made };
}

function tableContent(
  context: PageContext,
  database: OpenDatabase,
  part: DataPart,
  name: string,
): PartContent {
  const open: OpenTable | null = findOpenTable(context, database, name);
  if (open === null) throw notFound("Table not found");
  const request = tableRequest(context, open);
  if (part.kind !== "table") return computed(part, tableChartRows(context, request));
  const data = tableData(context, request);
  const { columns, rows, tableHref } = tablePage(context, data);
  return { kind: "table", columns, rows, tableHref };
}

function queryContent(
  context: PageContext,
  open: OpenDatabase,
  part: DataPart,
  name: string,
): PartContent {
  const stored = open.config.queries.get(name);
  if (stored === undefined) throw notFound("Query not found");
  const query = queryData(context, open, stored);
  if (query.error !== null) throw badRequest(query.error);
  if (part.kind === "table") return result(query, part.size, part.columns);
  if (part.kind === "number" && part.aggregate === null) {
    const at = part.column === null ? 0 : placeOf(query.columns, part.column);
    const value = query.rows[0]?.[at] ?? null;
    return { kind: "number", value, prefix: part.prefix, suffix: part.suffix };
  }
  return computed(part, queryChartRows(context, query));
}

/** The columns of a query are known when it has run. */
function placeOf(columns: readonly string[], column: string): number {
  const at = columns.indexOf(column);
  if (at < 0) throw badRequest(`There is no column ${column}`);
  return at;
}

function result(query: QueryData, size: number, wanted: readonly string[] | null): PartContent {
  const columns = wanted ?? query.columns;
  const places = columns.map((column) => placeOf(query.columns, column));
  const { rows } = query;
  return {
    kind: "result",
    columns,
    rows: {
      length: Math.min(size, rows.length),
      width: columns.length,
      cell: (row, at) => rows[row]![places[at]!] ?? null,
    },
  };
}

function computed(part: Exclude<DataPart, { kind: "table" }>, rows: ChartRows): PartContent {
  if (part.kind === "chart") {
    return { kind: "chart", chart: chartOf(rows, part.chart), config: part.chart };
  }
  const { column, prefix, suffix } = part;
  if (column !== null) placeOf(rows.columns, column);
  const [[value = null] = []] = runSql(rows, numberSql(rows, part.aggregate ?? "count", column));
  return { kind: "number", value, prefix, suffix };
}
