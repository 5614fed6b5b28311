import type { PageContext } from "../../pages/context.ts";
import type { PlainTable } from "../../pages/table/plain-table.ts";
import type { TableData } from "../../pages/table/table-data.ts";
import type { TableDetails } from "../../pages/table/table-details.ts";
import { checkExtras, parseExtras } from "../../parameters/extras.ts";
import { asksForFacets } from "../../parameters/facet-parameters.ts";
import { resolveExtras } from "./extras.ts";
import { JSON_TYPE, type JsonBody, shapedJson } from "./shapes.ts";
import { TABLE_EXTRAS } from "./table-extras.ts";

/** The commonest JSON of a table: its rows and where to go on. */
export function plainTableJson({ next, nextUrl, rows }: PlainTable): JsonBody {
  const document = { ok: true, next, next_url: nextUrl, rows, truncated: false };
  return { body: JSON.stringify(document), contentType: JSON_TYPE, status: 200 };
}

/**
 * A page of a table with all that `_extra`, `_facet`, `_shape` and the like ask for.
 * @throws HttpError 400
 */
export function tableJson(context: PageContext, data: TableData, details: TableDetails): JsonBody {
  const { args } = context.request;
  const extras = parseExtras(args);
  checkExtras(extras, Object.keys(TABLE_EXTRAS));
  if (asksForFacets(args)) extras.add("facet_results");
  if (extras.has("count")) extras.add("count_truncated");
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
      after: { truncated: data.truncated },
    },
  );
}
