import { quoteIdentifier } from "../../../core/names.ts";
import { indexedColumns } from "../../../core/sqlite/indexed-columns.ts";
import type { TableRequest } from "./table-request.ts";

/** What is added to the error when a sorted page was stopped because no index is in its order. */
export function sortAdvice({ connection, table, parameters }: TableRequest): string {
  const { sort } = parameters;
  if (sort === null || !table.isOrdinary || sort.column === "rowid") return "";
  if (indexedColumns(connection, table).has(sort.column)) return "";
  const [name, column] = [quoteIdentifier(table.name), quoteIdentifier(sort.column)];
  const index = quoteIdentifier(`${table.name}_${sort.column}`);
  return ` Sorting by ${sort.column} was stopped: it has no index, so all rows have to be read. An index makes it quick: create index ${index} on ${name} (${column})`;
}
