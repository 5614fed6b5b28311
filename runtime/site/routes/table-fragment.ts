import { tildeDecodeList } from "../../core/names.ts";
import { badRequest } from "../errors.ts";
import { type Answer, htmlAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { type OpenTable, openTable } from "../pages/open-table.ts";
import { tableData } from "../pages/table/table-data.ts";
import { tablePage } from "../pages/table/table-page.ts";
import { tableRequest } from "../pages/table/table-request.ts";
import { Arguments } from "../parameters/arguments.ts";
import { PageRequest } from "../parameters/page-request.ts";
import { keyColumns } from "../queries/keyset.ts";
import { encodePairs, type Pair } from "../query-string.ts";
import { tableFragmentHtml } from "../views/html/table-page.ts";
import { cacheHeaders } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

/**
 * The rows of a table page without the page around them; with `?_row=` the row of this key only. Links
 * in it are those of the table page.
 */
export async function tableFragmentRoute(
  context: PageContext,
  params: RouteParams,
): Promise<Answer> {
  const open = await openTable(context, params.database, params.table);
  const asked = { ...context, request: tablePageRequest(context.request, open) };
  const data = tableData(asked, tableRequest(asked, open));
  const page = tablePage(asked, data);
  return htmlAnswer(tableFragmentHtml(page, layoutOf(asked)), 200, cacheHeaders(context));
}

/** The request of the table page that the fragment is a part of. */
function tablePageRequest(request: PageRequest, open: OpenTable): PageRequest {
  const { method, links, headers } = request;
  const page = (path: string) => path.replace(/\/-\/fragment$/, "");
  const row = request.args.get("_row");
  const pairs = row ? rowPairs(request.args, open, row) : request.args.pairs;
  return new PageRequest(
    method,
    page(request.sentPath),
    page(request.path),
    new Arguments(encodePairs(pairs)),
    "html",
    links,
    headers,
  );
}

/** Filters by the key alone that `row` encodes; nothing that only a whole page has. */
function rowPairs(args: Arguments, { table }: OpenTable, row: string): Pair[] {
  if (table.isView) throw badRequest("_row is not supported for views");
  const keys = keyColumns(table);
  const values = tildeDecodeList(row);
  if (values.length !== keys.length) {
    throw badRequest("_row does not match the primary key for this table");
  }
  const filters = keys.map((key, index): Pair => [`${key}__exact`, values[index]!]);
  const replaced = ["_row", "_next", ...keys, ...filters.map(([name]) => name)];
  const without: Pair[] = ["_nocount", "_nofacet", "_nosuggest"].map((name): Pair => [name, "1"]);
  return [...args.pairsWithout(replaced), ...filters, ...without];
}
