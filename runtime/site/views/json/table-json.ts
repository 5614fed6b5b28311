import type { PageContext } from "../../pages/context.ts";
import { plainTable } from "../../pages/plain-table.ts";
import { type TableData, tableData } from "../../pages/table-data.ts";
import { TableDetails } from "../../pages/table-details.ts";
import type { TableRequest } from "../../pages/table-request.ts";
import { checkExtras, parseExtras } from "../../parameters/extras.ts";
import { asksForFacets } from "../../parameters/facet-parameters.ts";
import { resolveExtras } from "./extras.ts";
import { JSON_TYPE, type JsonBody, shapedJson } from "./shapes.ts";
import { TABLE_EXTRAS } from "./table-extras.ts";

export interface TableJson {
  json: JsonBody;
  /** Absolute; null on the last page. */
  nextUrl: string | null;
}

/** @throws HttpError 400 */
export function tableJson(context: PageContext, asked: TableRequest): TableJson {
  const plain = plainTable(context, asked);
  if (plain !== null) {
    const { next, nextUrl, rows } = plain;
    const document = { ok: true, next, next_url: nextUrl, rows, truncated: false };
    return {
      json: { body: JSON.stringify(document), contentType: JSON_TYPE, status: 200 },
      nextUrl,
    };
  }
  const data = tableData(context, asked);
  return { json: detailedJson(context, data), nextUrl: data.nextUrl };
}

/** With all that `_extra`, `_facet`, `_shape` and the like ask for. */
function detailedJson(context: PageContext, data: TableData): JsonBody {
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
