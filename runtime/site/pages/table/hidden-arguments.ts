import type { Arguments } from "../../parameters/arguments.ts";
import type { Pair } from "../../query-string.ts";

/** Options of the query string that the filter form has no field for: they travel as hidden fields. */
export function hiddenArguments(args: Arguments): Pair[] {
  const withField = ["_sort", "_sort_desc", "_search", "_next"];
  return [...args.names()]
    .filter((name) => name.startsWith("_") && !name.includes("__") && !withField.includes(name))
    .flatMap((name) => args.getAll(name).map((value): Pair => [name, value]));
}
