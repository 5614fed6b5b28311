import type { Metadata } from "../../../core/config/config-types.ts";
import { blobHash } from "../../queries/blob-hash.ts";
import { asSubquery, refuseSql } from "../../queries/sql-text.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import { chartLinks } from "../chart-links.ts";
import type { PageContext } from "../context.ts";
import { columnsForCompletion, exampleSql, mayRunSql } from "../custom-sql.ts";
import { databaseColor } from "../database-color.ts";
import { listDatabase } from "../listed-tables.ts";
import { sharingOf } from "../share.ts";
import type { Cell } from "../types.ts";
import type { QueryData } from "./query-data.ts";
import type { QueryPage, ResultColumn } from "./query-page-type.ts";

/** Milliseconds that counting one table may take: counts are not shown here. */
const COUNT_TIME = 10;

/** Everything the HTML page of a query says. */
export async function queryPage(context: PageContext, data: QueryData): Promise<QueryPage> {
  const { request, links } = context;
  const { database, stored, sql } = data;
  const allowExecuteSql = mayRunSql(context, data);
  const { allow_csv_stream: allowAllRows } = context.config.settings;
  const { tables } = await listDatabase(context, database, COUNT_TIME);
  return {
    database: database.name,
    databaseColor: databaseColor(database),
    query: stored,
    metadata: stored === null ? data.config.metadata : queryMetadata(stored),
    sql,
    exampleSql: exampleSql(tables.filter(({ hidden }) => !hidden)),
    // As in Datasette, custom SQL goes by way of the database's page.
    action:
      stored === null ? links.database(database.name) : links.table(database.name, stored.name),
    parameters: data.parameters,
    allowExecuteSql,
    ...sqlVisibility(context, data),
    editSqlHref: allowExecuteSql ? editSqlHref(context, data) : null,
    isWrite: stored?.is_write ?? false,
    refusal: data.refusal,
    error: data.error,
    columns: resultColumns(data),
    rows: {
      length: data.rows.length,
      width: data.columns.length,
      cell: (row, at) => queryCell(context, data, row, at),
    },
    truncated: data.truncated,
    duration: data.duration,
    sharing: sharingOf(
      context,
      database.name,
      stored?.title ?? stored?.name ?? database.name,
      {},
      false,
    ),
    charts: chartLinks(request.without("_embed"), stored?.charts ?? []),
    exports: {
      json: request.inFormat("json"),
      csv: request.inFormat("csv", [["_size", "max"]]),
      allCsv: data.truncated && allowAllRows ? request.inFormat("csv", [["_rows", "all"]]) : null,
      files: allowAllRows
        ? { xlsx: request.inFormat("xlsx"), parquet: request.inFormat("parquet") }
        : null,
    },
    tableColumns: allowExecuteSql ? columnsForCompletion(data) : {},
  };
}

function resultColumns({ columns, sql, sort }: QueryData): ResultColumn[] {
  const canSort = sql !== null && asSubquery(sql) !== null;
  return columns.map((name, at) => {
    // Of several columns with one name only the first can be named.
    const isFirst = columns.indexOf(name) === at && name !== "";
    const sorted = sort?.column === name && isFirst ? (sort.descending ? "desc" : "asc") : null;
    const argument = sorted === "asc" ? "_sort_desc" : "_sort";
    return { name, sorted, sortArgument: canSort && isFirst ? argument : null };
  });
}

function queryCell({ request }: PageContext, data: QueryData, row: number, at: number): Cell {
  const value = data.rows[row]![at] ?? null;
  if (!(value instanceof Uint8Array)) return value;
  const href = request.inFormat("blob", [
    ["_blob_column", data.columns[at] ?? ""],
    ["_blob_hash", blobHash(value)],
  ]);
  return { kind: "blob", bytes: value, href };
}

function queryMetadata({
  title,
  description,
  description_html,
}: NonNullable<QueryData["stored"]>): Metadata {
  const given = { title, description, description_html };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Whether the SQL is shown, and the link that changes that. */
function sqlVisibility(
  { request }: PageContext,
  { stored }: QueryData,
): Pick<QueryPage, "hideSql" | "showHide"> {
  const { args } = request;
  const argument = stored?.hide_sql ? "_show_sql" : "_hide_sql";
  const isSet = Boolean(args.get(argument));
  const hideSql = argument === "_hide_sql" ? isSet : !isSet;
  return {
    hideSql,
    showHide: {
      href: isSet ? request.without(argument) : request.adding([argument, "1"]),
      text: hideSql ? "show" : "hide",
      hiddenField: isSet ? argument : null,
    },
  };
}

/** null for SQL that the editor would refuse, or whose parameters only the server can fill in. */
function editSqlHref(
  { links }: PageContext,
  { database, sql, parameters }: QueryData,
): string | null {
  if (!sql || refuseSql(sql) !== null || sql.includes(":_")) return null;
  const pairs = parameters.map(({ name, value }): Pair => [name, value]);
  return links.customQuery(database.name, encodePairs([["sql", sql], ...pairs]));
}
