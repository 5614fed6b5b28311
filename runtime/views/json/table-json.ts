import type { PageContext } from "../../pages/context.ts";
import type { TableData } from "../../pages/table-data.ts";
import { TableDetails } from "../../pages/table-details.ts";
import { checkExtras, parseExtras } from "../../parameters/extras.ts";
import { asksForFacets } from "../../parameters/facet-parameters.ts";
import { resolveExtras } from "./extras.ts";
import { type JsonBody, shapedJson } from "./shapes.ts";
import { TABLE_EXTRAS } from "./table-extras.ts";

/** @throws HttpError 400 */
export function tableJson(context: PageContext, data: TableData): JsonBody {
  const { args } = context.request;
  const extras = parseExtras(args);
  checkExtras(extras, Object.keys(TABLE_EXTRAS));
  if (asksForFacets(args)) extras.add("facet_results");
  if (extras.has("count")) extras.add("count_truncated");
  const details = new TableDetails(context, data);
  return shapedJson(
    args,
    { columns: data.columns, rows: data.rows, labels: data.labels, keys: data.table.primaryKeys },
    {
      before: {
        ok: true,
        next: data.next,
        next_url: data.nextUrl,
        ...resolveExtras(TABLE_EXTRAS, context, { data, details }, extras),
      },
      after: { truncated: false },
    },
  );
}
