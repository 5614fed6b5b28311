import type { PageContext } from "../pages/context.ts";
import { openTable, tableData } from "../pages/table-data.ts";
import { tableJson } from "../views/json/table-json.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

export async function tableRoute(
  context: PageContext,
  { database, table }: RouteParams,
): Promise<Response> {
  const open = await openTable(context, database, table);
  const data = tableData(context, open);
  const { body, contentType } = tableJson(context, data);
  const headers = {
    "content-type": contentType,
    ...cacheHeaders(context),
    ...nextLink(data.nextUrl),
  };
  return new Response(body, { headers });
}

function nextLink(nextUrl: string | null): Record<string, string> {
  return nextUrl === null ? {} : { link: `<${nextUrl}>; rel="next"` };
}
