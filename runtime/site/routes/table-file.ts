/** All rows of a table's filters, or of a query, as XLSX or Parquet. */
import { resultLimit } from "../../core/sqlite/read-rows.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import type { StoredType, TableFile } from "../export/table-files.ts";
import { type Answer, answer, type HeaderFields } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import { tableChartRows } from "../pages/chart/chart-data.ts";
import type { PageContext } from "../pages/context.ts";
import type { OpenTable } from "../pages/open-table.ts";
import { eachRow, type QueryData } from "../pages/query/query-data.ts";
import { tableData } from "../pages/table/table-data.ts";
import { type TableRequest, tableRequest } from "../pages/table/table-request.ts";
import { cacheHeaders } from "./cache-headers.ts";

export type FileFormat = "xlsx" | "parquet";

const CONTENT_TYPES: Record<FileFormat, string> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

export function isFileFormat(format: string): format is FileFormat {
  return format === "xlsx" || format === "parquet";
}

/** Page after page, so that none need be kept; from the first one on. */
export async function tableFileAnswer(
  context: PageContext,
  open: OpenTable,
  format: FileFormat,
): Promise<Answer> {
  const { allow_csv_stream: isAllowed, max_returned_rows: size } = context.config.settings;
  if (!isAllowed) throw badRequest("Exports of all rows are disabled (setting allow_csv_stream)");
  const asked = tableRequest(context, open, { next: null, size });
  const first = tableData(context, asked);
  const types = format === "parquet" ? typesOf(context, asked, first.columns) : [];
  function* rows(): Iterable<readonly SqlValue[]> {
    yield* first.rows;
    for (let page = first; page.next !== null; ) {
      page = tableData(context, tableRequest(context, open, { next: page.next, size }));
      yield* page.rows;
    }
  }
  const file = { name: open.table.name, columns: named(first.columns, types), rows: rows() };
  return respond(context, format, file, cacheHeaders(context));
}

/** A result is kept until its file is written: it may be as large as an answer may. */
export async function queryFileAnswer(
  context: PageContext,
  query: QueryData,
  name: string,
  format: FileFormat,
): Promise<Answer> {
  if (!context.config.settings.allow_csv_stream) {
    throw badRequest("Exports of all rows are disabled (setting allow_csv_stream)");
  }
  const rows: SqlValue[][] = [];
  let bytes = 0;
  const limit = resultLimit();
  eachRow(context, query, (row) => {
    rows.push(row);
    for (const value of row) bytes += sizeOf(value);
    return bytes <= limit;
  });
  if (bytes > limit) throw badRequest(`The result is larger than ${limit} bytes: ask for less`);
  const types = query.columns.map((_, at) =>
    storedType(new Set(rows.map((row) => kindOf(row[at]!)))),
  );
  const file = { name, columns: named(query.columns, types), rows };
  return respond(context, format, file, cacheHeaders(context));
}

async function respond(
  { config }: PageContext,
  format: FileFormat,
  file: TableFile,
  headers: HeaderFields,
): Promise<Answer> {
  const { parquetFile, xlsxFile } = await import("../export/table-files.ts");
  const rows = limited(file.rows, config.settings.max_csv_mb);
  const body = (format === "xlsx" ? xlsxFile : parquetFile)({ ...file, rows });
  return answer(body, {
    "content-type": CONTENT_TYPES[format],
    "content-disposition": attachment(`${file.name}.${format}`),
    ...headers,
  });
}

/** A file cannot say that it is not complete: it ends with an error. 0 megabytes are no limit. */
function* limited(
  rows: Iterable<readonly SqlValue[]>,
  megabytes: number,
): Iterable<readonly SqlValue[]> {
  const limit = megabytes === 0 ? Infinity : megabytes * 1024 * 1024;
  let bytes = 0;
  for (const row of rows) {
    for (const value of row) bytes += sizeOf(value);
    if (bytes > limit) {
      throw badRequest(
        `The rows have more than ${megabytes} MB (setting max_csv_mb): ask for less`,
      );
    }
    yield row;
  }
}

function sizeOf(value: SqlValue): number {
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 8;
}

/** Names of their own: a query may give the same one twice. */
function named(names: readonly string[], types: readonly StoredType[]): TableFile["columns"] {
  const taken = new Set<string>();
  return names.map((name, at) => {
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}_${number}`;
    taken.add(own);
    return { name: own, type: types[at] ?? "mixed" };
  });
}

/** As SQLite finds them in all rows; text, which takes every value, where that takes too long. */
function typesOf(
  context: PageContext,
  asked: TableRequest,
  columns: readonly string[],
): StoredType[] {
  const {
    subquery,
    columns: all,
    parameters,
    options,
    connection,
  } = tableChartRows(context, asked);
  const kinds = ["integer", "real", "text", "blob"] as const;
  const tests = columns.flatMap((name) =>
    kinds.map((kind) => `max(typeof(c${all.indexOf(name)}) = '${kind}')`),
  );
  const names = all.map((_, at) => `c${at}`).join(", ");
  const sql = `with source(${names}) as ${subquery} select ${tests.join(", ")} from source`;
  try {
    const [seen = []] = connection.query(sql, parameters, options).rows;
    return columns.map((_, at) =>
      storedType(new Set(kinds.filter((_, kind) => seen[at * kinds.length + kind] === 1n))),
    );
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return columns.map(() => "mixed");
  }
}

type Kind = "integer" | "real" | "text" | "blob" | "null";

function kindOf(value: SqlValue): Kind {
  if (value === null) return "null";
  if (typeof value === "string") return "text";
  if (value instanceof Uint8Array) return "blob";
  return typeof value === "bigint" ? "integer" : "real";
}

function storedType(kinds: Set<Kind>): StoredType {
  const [first, second, ...others] = [...kinds].filter((kind) => kind !== "null");
  if (first === undefined) return "text";
  if (second === undefined) return first as StoredType;
  // Integers that a double holds may be written as one.
  const isNumber = [first, second].every((kind) => kind === "integer" || kind === "real");
  return isNumber && others.length === 0 ? "real" : "mixed";
}
