import { affinityOf } from "../../../core/sqlite/affinity.ts";
import type { PlainRow } from "../../../core/sqlite/connection.ts";
import { OutOfMemory } from "../../../core/sqlite/guard.ts";
import { resultLimit } from "../../../core/sqlite/read-rows.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { realText, type SqlValue } from "../../../core/sqlite/values.ts";
import type { PageContext } from "../context.ts";
import { asHttpError } from "../sql-errors.ts";
import { nextPage } from "./next-page.ts";
import { sortAdvice } from "./sort-advice.ts";
import type { TableRequest } from "./table-request.ts";

/** A page of a table as `JSON.stringify` takes it. */
export interface PlainTable {
  rows: readonly PlainRow[];
  next: string | null;
  nextUrl: string | null;
}

declare global {
  interface JSON {
    /** https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/rawJSON */
    rawJSON(text: string): unknown;
  }
}

/** What a column's affinity says of a number in it: INTEGER, or REAL unless it is whole. */
type NumberKind = "real" | "whole" | "none";

/** Arguments that change the form of the JSON. Those of other names filter, sort or page. */
const FORM_ARGUMENT = /^_(?:extra|facet.*|shape|nl|json.*|labels?|where|timelimit)$/;

/**
 * The quick way to the commonest JSON: rows read as objects, numbers as numbers, made into text by
 * `JSON.stringify` alone. null where that might lose something: the type or the value of a number, a
 * BLOB, the order of columns.
 */
export function plainTable(context: PageContext, asked: TableRequest): PlainTable | null {
  const { connection, table, query, parameters } = asked;
  for (const name of context.request.args.names()) if (FORM_ARGUMENT.test(name)) return null;
  const kinds = connection.fact(`number kinds ${table.name}`, () => numberKinds(asked));
  if (kinds === null) return null;
  let rows: PlainRow[];
  try {
    rows = connection.plainRows(query.runSql, query.parameters, asked.options);
  } catch (error) {
    // The exact way reads row by row, and ends where it is too much.
    if (error instanceof SqlError && error.cause instanceof OutOfMemory) return null;
    throw asHttpError(error, query.sql, () => sortAdvice(asked));
  }
  if (rows.length > asked.maximum) return null;
  const shown = rows.length > parameters.size ? rows.slice(0, parameters.size) : rows;
  const last = shown.at(-1);
  const next = nextPage(context, asked, rows.length, (column) =>
    last !== undefined && column in last ? exactValue(last[column], kinds.get(column)) : undefined,
  );
  if (!prepareNumbers(shown, kinds)) return null;
  return { rows: shown, next: next?.token ?? null, nextUrl: next?.url ?? null };
}

/** null for tables whose values do not follow from their columns' types, or whose names JavaScript would reorder. */
function numberKinds({ table }: TableRequest): ReadonlyMap<string, NumberKind> | null {
  if (!table.isOrdinary) return null;
  const kinds = new Map<string, NumberKind>([["rowid", "whole"]]);
  for (const { name, type } of table.columns) {
    const affinity = affinityOf(type);
    if (affinity === "BLOB" || /^any$/i.test(type)) return null;
    if (/^\d+$/.test(name) || name === "__proto__") return null;
    kinds.set(name, affinity === "TEXT" ? "none" : affinity === "REAL" ? "real" : "whole");
  }
  return kinds;
}

/** JSON texts of whole REALs, such as `1.0`, by value. */
const wholeReals = new Map<number, unknown>();
const WHOLE_REALS_KEPT = 1000;

/**
 * Gives whole REALs their decimal point, and others Python's spelling.
 * @returns false when there is a value that needs the exact way, or text that it would not read to its end
 */
function prepareNumbers(
  rows: readonly PlainRow[],
  kinds: ReadonlyMap<string, NumberKind>,
): boolean {
  const columns = Object.keys(rows[0] ?? {});
  const limit = resultLimit();
  let length = 0;
  for (const column of columns) {
    const isReal = kinds.get(column) === "real";
    for (const row of rows) {
      const value = row[column];
      if (typeof value === "number") {
        if (!isReal) {
          if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) return false;
        } else if (value % 1 === 0 || (value < 1e-4 && value > -1e-4)) {
          row[column] = spelled(value);
        }
      } else if (typeof value === "string") {
        length += value.length;
      } else if (value !== null) {
        return false;
      }
    }
  }
  return length <= limit;
}

function exactValue(value: unknown, kind: NumberKind | undefined): SqlValue {
  const isInteger = typeof value === "number" && kind === "whole" && Number.isInteger(value);
  return isInteger ? BigInt(value) : (value as SqlValue);
}

function spelled(value: number): unknown {
  if (Object.is(value, -0)) return JSON.rawJSON("-0.0");
  const known = wholeReals.get(value);
  if (known !== undefined) return known;
  const raw = JSON.rawJSON(realText(value));
  if (wholeReals.size < WHOLE_REALS_KEPT) wholeReals.set(value, raw);
  return raw;
}
