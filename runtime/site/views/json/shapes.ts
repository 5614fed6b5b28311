/**
 * The `_shape` of JSON: https://docs.datasette.io/en/latest/json_api.html#different-shapes
 */

import { parseBoolean } from "../../../core/config/booleans.ts";
import { badRequest, errorBody } from "../../errors.ts";
import type { Arguments } from "../../parameters/arguments.ts";
import { rowPath } from "../../queries/keyset.ts";
import { RawJson, toJson } from "./json.ts";
import {
  arrayList,
  firstValueList,
  type JsonRows,
  objectLines,
  objectList,
  objects,
} from "./rows.ts";

export interface ShapedRows extends Omit<JsonRows, "infinity" | "jsonColumns"> {
  /** Columns that identify a row; null for queries. */
  keys: readonly string[] | null;
}

export interface JsonBody {
  body: string;
  contentType: string;
  status: 200 | 400;
}

export const JSON_TYPE = "application/json; charset=utf-8";

/**
 * A document about some rows, or just the rows, as `_shape` asks; an error for a shape that they
 * cannot have.
 * @param document what the document says beside its rows, in order, before and after them
 */
export function shapedJson(
  args: Arguments,
  source: ShapedRows,
  document: { before: Record<string, unknown>; after: Record<string, unknown> },
): JsonBody {
  const rows: JsonRows = {
    ...source,
    infinity: parseBoolean(args.get("_json_infinity") ?? "") ? "Infinity" : "null",
    jsonColumns: new Set(args.getAll("_json")),
  };
  const withRows = (list: string) =>
    toJson({ ...document.before, rows: new RawJson(list), ...document.after });
  switch (args.get("_shape") ?? "objects") {
    case "objects":
      return json(withRows(objectList(rows)));
    case "arrays":
      return json(withRows(arrayList(rows)));
    case "array":
      return args.get("_nl")
        ? { body: objectLines(rows), contentType: "text/plain", status: 200 }
        : json(objectList(rows));
    case "arrayfirst":
      return json(firstValueList(rows));
    case "object":
      return byKey(rows, source.keys);
    default:
      return refusal(`Invalid _shape: ${args.get("_shape")}`);
  }
}

/** `{"1": {…}, "2": {…}}` */
function byKey(rows: JsonRows, keys: readonly string[] | null): JsonBody {
  if (keys === null) return refusal("_shape=object is only available on tables");
  if (keys.length === 0) {
    return refusal("_shape=object not available for tables with no primary keys");
  }
  const indexes = keys.map((key) => rows.columns.indexOf(key));
  const encoded = objects(rows);
  const byPath = new Map(
    rows.rows.map((row, position) => [
      rowPath(indexes.map((index) => row[index] ?? null)),
      encoded[position]!,
    ]),
  );
  const members = [...byPath].map(([path, object]) => `${JSON.stringify(path)}:${object}`);
  return json(`{${members.join(",")}}`);
}

function json(body: string): JsonBody {
  return { body, contentType: JSON_TYPE, status: 200 };
}

function refusal(message: string): JsonBody {
  return { body: toJson(errorBody(badRequest(message))), contentType: JSON_TYPE, status: 400 };
}
