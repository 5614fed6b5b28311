/**
 * All rows of a table's filters, or of a query, as XLSX or Parquet. They are read to their end before the
 * answer begins, onto the disk: what is too large or fails is refused in a sentence, and no file is half of
 * what it seems to be.
 */
import { PerMinute } from "../../core/per-minute.ts";
import { resultLimit } from "../../core/sqlite/read-rows.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";
import { badRequest, HttpError } from "../errors.ts";
import type { Kind } from "../export/row-spool.ts";
import type { StoredType, TableFile } from "../export/table-files.ts";
import { type Answer, answer, type HeaderFields } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import type { PageContext } from "../pages/context.ts";
import type { OpenTable } from "../pages/open-table.ts";
import { eachRow, type QueryData } from "../pages/query/query-data.ts";
import { tableData } from "../pages/table/table-data.ts";
import { tableRequest } from "../pages/table/table-request.ts";
import type { FileFormat } from "../parameters/page-request.ts";
import { cacheHeaders } from "./cache-headers.ts";

const CONTENT_TYPES: Record<FileFormat, string> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

/** Rows that one statement reads: each page of a view begins with those before it. */
const PAGE = 5000;
/** Rows between two looks at the clock. */
const STEP = 1000;
/** Bytes of rows that cost no more than a page does. */
const SMALL = 2 * 1024 * 1024;
/** Files that are being sent at once, each with its rows on the disk. */
const MOST_AT_ONCE = 4;

const large = new PerMinute();
let sending = 0;

/** Page after page, from the first one on. */
export function tableFileAnswer(
  context: PageContext,
  open: OpenTable,
  format: FileFormat,
): Promise<Answer> {
  // One row more shows whether there is a next page.
  const pageAt = (next: string | null) =>
    tableData(context, {
      ...tableRequest(context, open, { next, size: PAGE }),
      maximum: PAGE + 1,
    });
  const first = pageAt(null);
  return fileAnswer(context, format, open.table.name, first.columns, async (add) => {
    for (let page = first; ; page = pageAt(page.next)) {
      page.rows.forEach(add);
      if (page.next === null) return;
      context.step();
      // So that others hear of the step.
      await new Promise(setImmediate);
    }
  });
}

/** As many as can be read in the time of a query, which is one statement. */
export function queryFileAnswer(
  context: PageContext,
  query: QueryData,
  name: string,
  format: FileFormat,
): Promise<Answer> {
  return fileAnswer(context, format, name, query.columns, async (add) => {
    let refusal: unknown = null;
    eachRow(context, query, (row) => {
      try {
        add(row);
        return true;
      } catch (error) {
        refusal = error;
        return false;
      }
    });
    if (refusal !== null) throw refusal;
  });
}

/** @throws HttpError 400, 413, 429 */
async function fileAnswer(
  context: PageContext,
  format: FileFormat,
  name: string,
  columns: readonly string[],
  eachOf: (add: (row: readonly SqlValue[]) => void) => Promise<void>,
): Promise<Answer> {
  const { allow_csv_stream: isAllowed } = context.config.settings;
  if (!isAllowed) throw badRequest("Exports of all rows are disabled (setting allow_csv_stream)");
  const headers: HeaderFields = {
    "content-type": CONTENT_TYPES[format],
    "content-disposition": attachment(`${name}.${format}`),
    ...cacheHeaders(context),
  };
  if (context.request.method === "HEAD") return answer(null, headers);
  if (sending >= MOST_AT_ONCE) throw tooMany("Other files are being sent at the moment");
  const { parquetFile, spoolOf, xlsxFile } = await import("../export/table-files.ts");
  const spool = spoolOf(columns);
  const check = limits(context);
  try {
    await eachOf((row) => {
      spool.add(row);
      check(spool.bytes);
    });
  } catch (error) {
    spool.close();
    throw asRefusal(error);
  }
  const file: TableFile = {
    name,
    columns: named(columns, (at) => storedType(spool.kinds(at))),
    rows: stepping(context, spool.read()),
  };
  const body = format === "xlsx" ? xlsxFile(file) : parquetFile(file, resultLimit());
  return answer(body, headers);
}

/** To be called with the bytes that the rows have so far. */
function limits({ config }: PageContext): (bytes: number) => void {
  const { max_csv_mb: megabytes, max_exports_per_minute: perMinute } = config.settings;
  const most = megabytes === 0 ? Infinity : megabytes * 1024 * 1024;
  let isNoted = false;
  return (bytes) => {
    if (bytes > most) {
      throw tooLarge(
        `These rows have more than ${megabytes} MB, the most that this site puts into a file (setting max_csv_mb). Filter them, or leave out columns.`,
      );
    }
    if (isNoted || bytes <= SMALL) return;
    isNoted = true;
    if (!large.hasRoom(perMinute)) {
      throw tooMany(
        "Too many large files were asked for within a minute (setting max_exports_per_minute)",
      );
    }
    large.note();
  };
}

function asRefusal(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return tooLarge("There is not enough room on the disk for these rows. Ask for less.");
}

function tooLarge(message: string): HttpError {
  return new HttpError(413, message, { title: "Too large for a file" });
}

function tooMany(reason: string): HttpError {
  return new HttpError(429, `${reason}. Try again in a minute.`, { title: "Too many requests" });
}

function* stepping(
  { step }: PageContext,
  rows: Iterable<readonly SqlValue[]>,
): Iterable<readonly SqlValue[]> {
  sending++;
  try {
    let count = 0;
    for (const row of rows) {
      if (++count % STEP === 0) step();
      yield row;
    }
  } finally {
    sending--;
  }
}

/** Names of their own: a query may give the same one twice. */
function named(
  names: readonly string[],
  typeAt: (column: number) => StoredType,
): TableFile["columns"] {
  const taken = new Set<string>();
  return names.map((name, at) => {
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}_${number}`;
    taken.add(own);
    return { name: own, type: typeAt(at) };
  });
}

/** @param kinds those of a column's values */
function storedType(kinds: readonly Kind[]): StoredType {
  const [first, second] = kinds.filter((kind) => kind !== "wide");
  if (first === undefined) return "text";
  if (second === undefined) return first;
  // Both are among the first two: integers that a double holds may be written as one.
  return first === "integer" && second === "real" && kinds.length === 2 ? "real" : "mixed";
}
