import { quoteIdentifier } from "../../../core/names.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { keyColumns, nextToken } from "../../queries/keyset.ts";
import type { Pair } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import type { TableRequest } from "./table-request.ts";

export interface NextPage {
  token: string;
  /** Absolute. */
  url: string;
}

/**
 * The page after this one; null on the last one.
 * @param rowCount rows read: one more than the page shows, if there are more
 * @param lastValue a value of the last row shown; undefined for a column that was not read
 */
export function nextPage(
  context: PageContext,
  asked: TableRequest,
  rowCount: number,
  lastValue: (column: string) => SqlValue | undefined,
): NextPage | null {
  const { parameters, table } = asked;
  const { size, sort } = parameters;
  if (size === 0 || rowCount <= size) return null;
  if (table.isView) {
    const token = String(Number(parameters.next ?? 0) + size);
    return { token, url: urlOf(context, [["_next", token]]) };
  }
  const key = keyColumns(table).map((column) => lastValue(column) ?? null);
  const sortValue =
    sort === null ? undefined : (lastValue(sort.column) ?? readSortValue(asked, sort.column, key));
  const token = nextToken(table, parameters, key, sortValue);
  const replaced: Pair[] = [["_next", token]];
  if (sort !== null) replaced.push([sort.descending ? "_sort_desc" : "_sort", sort.column]);
  return { token, url: urlOf(context, replaced) };
}

/** The sort value of a row, where the column is not among those shown. */
function readSortValue(
  { connection, table }: TableRequest,
  column: string,
  key: readonly SqlValue[],
): SqlValue {
  const conditions = keyColumns(table).map(
    (name, index) => `${quoteIdentifier(name)} is :pk${index}`,
  );
  return connection.value(
    `select ${quoteIdentifier(column)} from ${quoteIdentifier(table.name)} where ${conditions.join(" and ")}`,
    Object.fromEntries(key.map((value, index) => [`pk${index}`, value])),
  );
}

function urlOf({ request }: PageContext, replaced: readonly Pair[]): string {
  return request.absolute(request.replacing(...replaced));
}
