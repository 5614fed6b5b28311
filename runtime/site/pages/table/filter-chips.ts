/** The filters in force, each with a link that takes it away. */
import { valueText } from "../../../core/sqlite/values.ts";
import { withQuery } from "../../links.ts";
import { findOperator } from "../../queries/filters.ts";
import { findLabels } from "../../queries/labels.ts";
import type { Pair } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import { labelSource } from "../open-table.ts";
import type { TableData } from "./table-data.ts";
import type { FilterChips } from "./table-page-type.ts";

export function filterChips(context: PageContext, data: TableData): FilterChips {
  const request = context.request.fromFirstPage();
  const pairs = request.args.filled().filter(isFilter);
  return {
    chips: pairs.map((pair) => ({
      text: chipText(context, data, pair),
      removeHref: request.withoutPair(pair),
    })),
    clearHref: withQuery(
      request.href,
      request.args.without([...pairs.map(([name]) => name), "_fts_table", "_searchmode"]),
    ),
  };
}

/** Conditions in SQL have a place of their own. */
function isFilter([name]: Pair): boolean {
  if (/^_(?:search(?:_.+)?|through)$/.test(name)) return true;
  return !name.startsWith("_") || name.includes("__");
}

function chipText(context: PageContext, data: TableData, [name, value]: Pair): string {
  if (name.startsWith("_search")) {
    const column = name.slice("_search_".length);
    return column === "" ? `search: ${value}` : `search in ${column}: ${value}`;
  }
  if (name === "_through") return "a row of another table";
  const at = name.lastIndexOf("__");
  const [column, lookup] = at < 0 ? [name, "exact"] : [name.slice(0, at), name.slice(at + 2)];
  const operator = findOperator(lookup);
  if (operator === undefined) return `${name}: ${value}`;
  if (lookup === "exact" || lookup === "not") {
    const label = labelOf(context, data, column, value);
    return `${column} ${operator.display} ${label ?? value}`;
  }
  return operator.noArgument
    ? `${column} ${operator.display}`
    : `${column} ${operator.display} ${value}`;
}

/** What the row is called that a foreign key refers to; null where it has no name. */
function labelOf(
  context: PageContext,
  data: TableData,
  column: string,
  value: string,
): string | null {
  const key = /^-?\d{1,18}$/.test(value) ? BigInt(value) : value;
  const labels = findLabels(labelSource(context, data), data.table, column, [key]);
  return labels?.has(key) ? valueText(labels.get(key)) : null;
}
