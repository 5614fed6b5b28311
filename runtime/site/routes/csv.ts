/** CSV of tables, rows and queries: https://docs.datasette.io/en/latest/csv_export.html */

import { parseBoolean } from "../../core/config/booleans.ts";
import { resultLimit } from "../../core/sqlite/read-rows.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import { type Answer, answer, type HeaderFields } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import type { PageContext } from "../pages/context.ts";
import type { OpenTable } from "../pages/open-table.ts";
import { eachRow, type QueryData } from "../pages/query/query-data.ts";
import type { RowData } from "../pages/row/row-data.ts";
import { type TableData, tableData } from "../pages/table/table-data.ts";
import { tableRequest } from "../pages/table/table-request.ts";
import { checkExtras, parseExtras } from "../parameters/extras.ts";
import { blobHash } from "../queries/blob-hash.ts";
import { keyColumns, rowPath } from "../queries/keyset.ts";
import { encodePairs } from "../query-string.ts";
import { type CsvColumns, csvHeading, csvRows } from "../views/csv/csv.ts";
import { TABLE_EXTRAS } from "../views/json/table-extras.ts";
import { cacheHeaders } from "./cache-headers.ts";

/** One page of rows, or with `_stream` all of them from there on. */
export function tableCsvAnswer(context: PageContext, open: OpenTable, fileName: string): Answer {
  const { request, config } = context;
  const isStream = Boolean(request.args.get("_stream"));
  if (isStream && !config.settings.allow_csv_stream) {
    throw badRequest("CSV streaming is disabled");
  }
  checkExtras(parseExtras(request.args), Object.keys(TABLE_EXTRAS));
  // A stream has all rows anyway: the larger its pages, the fewer the queries.
  const size = isStream ? { size: config.settings.max_returned_rows } : {};
  const first = tableData(context, tableRequest(context, open, size));
  const headers = { ...csvHeaders(context, fileName), ...cacheHeaders(context) };
  if (!isStream || first.next === null) {
    const columns = tableColumns(context, first);
    return answer(heading(context, columns) + tableRows(context, first), headers);
  }
  return answer(limited(allPages(context, open, first), config.settings.max_csv_mb), headers);
}

export function rowCsvAnswer(context: PageContext, row: RowData): Answer {
  const columns = {
    ...plainColumns(context, row.columns),
    blobUrl: tableBlobUrl(context, row, row.columns),
  };
  const text = heading(context, columns) + csvRows(columns, row.rows);
  return answer(text, csvHeaders(context, row.table.name));
}

/** At most `max_returned_rows` rows, or with `_rows=all` all that can be read in the time of a query. */
export function queryCsvAnswer(
  context: PageContext,
  query: QueryData,
  fileName: string,
  headers: HeaderFields,
): Answer {
  const { request } = context;
  const columns: CsvColumns = {
    ...plainColumns(context, query.columns),
    blobUrl: (_row, column, bytes) => {
      const path = request.href.replace(/\.csv$/, ".blob");
      const blob = encodePairs([
        ["_blob_column", column],
        ["_blob_hash", blobHash(bytes)],
      ]);
      return request.absolute(`${path}?${request.args.text}&${blob}`);
    },
  };
  const all = { ...csvHeaders(context, fileName), ...headers };
  if (request.args.get("_rows") === "all") {
    return answer(heading(context, columns) + allRows(context, query, columns), all);
  }
  const text = heading(context, columns) + csvRows(columns, query.rows);
  return answer(text + cutNote(context, query), all);
}

/** Where the rows ended because they are too large; that there are more than the setting says is usual. */
function cutNote({ config }: PageContext, { truncated, rows }: QueryData): string {
  if (!truncated || rows.length === config.settings.max_returned_rows) return "";
  return `These are the first ${rows.length} rows: the result is larger than ${resultLimit()} bytes`;
}

/** Made while the statement runs, so that its rows need not be kept. */
function allRows(context: PageContext, query: QueryData, columns: CsvColumns): string {
  const { allow_csv_stream: isAllowed, max_csv_mb: megabytes } = context.config.settings;
  if (!isAllowed) throw badRequest("CSV streaming is disabled");
  const allowed = megabytes === 0 ? Infinity : megabytes * 1024 * 1024;
  const limit = Math.min(allowed, RESULTS_AT_ONCE * resultLimit());
  let text = "";
  eachRow(context, query, (row) => {
    text += csvRows(columns, [row]);
    return text.length <= limit;
  });
  return text.length <= limit
    ? text
    : `${text.slice(0, limit)}CSV contains more than ${limit} bytes`;
}

/** The text is kept once, and not several times as that of rows is. */
const RESULTS_AT_ONCE = 4;

function* allPages(context: PageContext, open: OpenTable, first: TableData): Iterable<string> {
  yield heading(context, tableColumns(context, first)) + tableRows(context, first);
  for (let page = first; page.next !== null; ) {
    const { next, parameters } = page;
    context.step();
    page = tableData(context, tableRequest(context, open, { next, size: parameters.size }));
    yield tableRows(context, page);
  }
}

/** Ends with a message where the text would become larger than allowed; 0 is no limit. */
function* limited(parts: Iterable<string>, megabytes: number): Iterable<string> {
  const limit = megabytes * 1024 * 1024;
  let bytes = 0;
  for (const part of withErrors(parts)) {
    bytes += Buffer.byteLength(part);
    if (limit > 0 && bytes > limit) {
      yield `CSV contains more than ${limit} bytes`;
      return;
    }
    yield part;
  }
}

/** What goes wrong after the answer has begun can only be said in its text. */
function* withErrors(parts: Iterable<string>): Iterable<string> {
  try {
    yield* parts;
  } catch (error) {
    yield error instanceof Error ? error.message : String(error);
  }
}

function heading({ request }: PageContext, columns: CsvColumns): string {
  return request.args.get("_header") === "off" ? "" : csvHeading(columns);
}

function tableRows(context: PageContext, data: TableData): string {
  return csvRows(tableColumns(context, data), data.rows);
}

function tableColumns(context: PageContext, data: TableData): CsvColumns {
  const { columns, expandedColumns, labels } = data;
  const blobUrl = tableBlobUrl(context, data, columns);
  return { columns, expandedColumns, labels, isSafe: isSafe(context), blobUrl };
}

function plainColumns(
  context: PageContext,
  columns: readonly string[],
): Omit<CsvColumns, "blobUrl"> {
  return { columns, expandedColumns: [], labels: new Map(), isSafe: isSafe(context) };
}

/** `_csv_safe`, else the setting of that name. */
function isSafe({ request, config }: PageContext): boolean {
  return parseBoolean(request.args.get("_csv_safe") ?? "") ?? config.settings.csv_safe;
}

function tableBlobUrl(
  { request, links }: PageContext,
  { database, table }: OpenTable,
  columns: readonly string[],
): CsvColumns["blobUrl"] {
  const keys = keyColumns(table).map((key) => columns.indexOf(key));
  return (row: readonly SqlValue[], column) => {
    const path = rowPath(keys.map((index) => row[index] ?? null));
    return request.absolute(links.blob(database.name, table.name, path, column));
  };
}

/** `fileName` is the name as it is in the URL. */
function csvHeaders({ request }: PageContext, fileName: string): HeaderFields {
  if (!request.args.get("_dl")) return { "content-type": "text/plain; charset=utf-8" };
  return {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": attachment(`${fileName}.csv`),
  };
}
