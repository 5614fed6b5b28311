import { withMore } from "../links.ts";
import type { Pair } from "../parameters/arguments.ts";
import type { PageContext } from "./context.ts";
import type { TableData } from "./table-data.ts";
import type { TableExports } from "./table-page-type.ts";

const LABELS: Pair = ["_labels", "on"];

/** The rows of a table page in other formats. */
export function tableExports({ request, config }: PageContext, data: TableData): TableExports {
  const labels = data.table.foreignKeys.length > 0;
  const json = request.inFormat("json", labels ? [LABELS] : []);
  const csv = request.inFormat("csv", [["_size", "max"], ...(labels ? [LABELS] : [])]);
  const shape = (query: string) => withMore(json, query);
  const replaced = ["_labels", "_facet", "_size"];
  const kept = request.args.pairs.filter(
    ([name, value]) => value !== "" && !replaced.includes(name),
  );
  return {
    json,
    csv,
    shapes: {
      default: json,
      array: shape("_shape=array"),
      newlineDelimited: shape("_shape=array&_nl=on"),
      object: data.table.primaryKeys.length > 0 ? shape("_shape=object") : null,
    },
    csvForm: {
      action: csv.split("?")[0] ?? csv,
      hiddenFields: [...kept, ["_size", "max"] as const].map(([name, value]) => ({ name, value })),
      labels,
      stream: data.nextUrl !== null && config.settings.allow_csv_stream,
    },
  };
}
