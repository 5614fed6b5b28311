import { withMore, withQuery } from "../../links.ts";
import type { Count } from "../../queries/count.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import type { TableData } from "./table-data.ts";
import type { TableExports } from "./table-page-type.ts";

const LABELS: Pair = ["_labels", "on"];

/** The rows of a table page in other formats. */
export function tableExports(
  context: PageContext,
  data: TableData,
  count: Count | null,
): TableExports {
  const { request, config } = context;
  const labels = data.table.foreignKeys.length > 0;
  const json = request.inFormat("json", labels ? [LABELS] : []);
  const csv = request.inFormat("csv", [["_size", "max"], ...(labels ? [LABELS] : [])]);
  const shape = (query: string) => withMore(json, query);
  const replaced = ["_labels", "_facet", "_size"];
  const kept = request.args.pairsWithout(replaced);
  const action = csv.split("?")[0] ?? csv;
  const streamed: Pair[] = [
    ...request.args.pairsWithout([...replaced, "_next"]),
    ...(labels ? [LABELS] : []),
    ["_stream", "on"],
  ];
  const isFirstPage = data.parameters.next === null;
  const canStream = config.settings.allow_csv_stream;
  const allRows = encodePairs(request.args.pairsWithout([...replaced, "_next"]));
  const fileHref = (format: string) => withQuery(action.replace(/csv$/, format), allRows);
  return {
    json,
    csv,
    files: canStream ? { xlsx: fileHref("xlsx"), parquet: fileHref("parquet") } : null,
    shapes: {
      default: json,
      array: shape("_shape=array"),
      newlineDelimited: shape("_shape=array&_nl=on"),
      object: data.table.primaryKeys.length > 0 ? shape("_shape=object") : null,
    },
    csvForm: {
      action,
      hiddenFields: [...kept, ["_size", "max"] as const].map(([name, value]) => ({ name, value })),
      rows: csvRows(data, count, config.settings.max_returned_rows),
      labels,
      stream: canStream && data.nextUrl !== null,
      streamHref: canStream && !isFirstPage ? withQuery(action, encodePairs(streamed)) : null,
    },
  };
}

/** CSV has at most `most` rows; how many are left on later pages is not known. */
function csvRows(
  { rows, next, parameters }: TableData,
  count: Count | null,
  most: number,
): { count: number; isExact: boolean } {
  if (next === null) return { count: rows.length, isExact: true };
  if (parameters.next !== null || count === null) return { count: most, isExact: false };
  return { count: Math.min(count.rows, most), isExact: !count.truncated || count.rows >= most };
}
