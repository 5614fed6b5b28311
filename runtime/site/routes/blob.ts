/** Downloads of BLOBs: https://docs.datasette.io/en/latest/binary_data.html */

import { type SqlValue, valueText } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import type { Arguments } from "../parameters/arguments.ts";
import { blobHash } from "../queries/blob-hash.ts";
import { cssClass } from "../views/css-class.ts";

export interface BlobSource {
  columns: readonly string[];
  rows: readonly SqlValue[][];
}

/**
 * The value of `_blob_column` in the first row, or in the row where its hash is `_blob_hash`.
 * @param place what the file is named after
 * @throws HttpError 400
 */
export function blobAnswer(
  args: Arguments,
  { columns, rows }: BlobSource,
  place: { table?: string; rowPath?: string },
): Answer {
  const column = args.get("_blob_column");
  if (column === undefined) throw badRequest("?_blob_column= is required");
  if (!columns.includes(column)) throw badRequest(`${column} is not a valid column`);
  const hash = args.get("_blob_hash");
  const bytes =
    hash === undefined
      ? firstValue({ columns, rows }, column)
      : valuesOf({ columns, rows }, column).find((value) => blobHash(value) === hash);
  if (bytes === undefined) {
    throw badRequest(
      "Link has expired - the requested binary content has changed or could not be found.",
    );
  }
  const name = [
    place.table === undefined ? undefined : cssClass(place.table),
    place.rowPath,
    cssClass(column),
    hash?.slice(0, 6),
  ].filter((part) => part !== undefined);
  return answer(bytes, {
    "content-type": "application/binary",
    "content-disposition": attachment(`${name.join("-")}.blob`),
  });
}

/** Of several columns with one name the last counts, as in JSON. */
function firstValue({ columns, rows }: BlobSource, column: string): Uint8Array | undefined {
  const [row] = rows;
  return row && bytesOf(row[columns.lastIndexOf(column)] ?? null);
}

/** The values of all columns of this name: each has a link of its own. */
function valuesOf({ columns, rows }: BlobSource, column: string): Uint8Array[] {
  return rows.flatMap((row) =>
    row.filter((_, index) => columns[index] === column).map((value) => bytesOf(value)),
  );
}

function bytesOf(value: SqlValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new TextEncoder().encode(value === null ? "" : valueText(value));
}
