import { encodePairs, type Pair } from "../query-string.ts";
import type { Arguments } from "./arguments.ts";

const FILTER_FIELD = /^_filter_(column|op|value)(_\d+)?$/;

/**
 * The filter form sends fields such as `_filter_column_1=name&_filter_op_1=contains&_filter_value_1=x`,
 * and a checkbox `_sort_by_desc`. Returns the query string that means the same, `name__contains=x`;
 * null when the arguments come from no form.
 */
export function formRedirect(args: Arguments): string | null {
  const isFilterForm = [...args.names()].some((name) => FILTER_FIELD.test(name));
  if (isFilterForm) return filtersOf(args);
  if (!args.has("_sort_by_desc")) return null;
  const sort = args.get("_sort");
  const kept = args.pairsWithout(["_sort", "_sort_by_desc"]);
  return encodePairs(sort ? [...kept, ["_sort_desc", sort]] : kept);
}

function filtersOf(args: Arguments): string {
  const kept = args.filled().filter(([name]) => !FILTER_FIELD.test(name));
  const columns = [...args.names()].filter((name) => /^_filter_column(_\d+)?$/.test(name));
  // The empty row of the form has no number, and comes first.
  columns.sort((a, b) => Number(a !== "_filter_column") - Number(b !== "_filter_column"));
  const filters = columns.flatMap((field): Pair[] => {
    const number = field.slice("_filter_column".length);
    const column = args.get(field);
    if (!column) return [];
    // Operators without an argument are sent as `isnull__1`.
    const [operator = "", fixed] = (
      args.get(`_filter_op${number}`) || (number === "" ? "" : "exact")
    ).split(/__(.*)/s);
    return [[`${column}__${operator}`, fixed ?? args.get(`_filter_value${number}`) ?? ""]];
  });
  return encodePairs([...kept, ...filters]);
}
