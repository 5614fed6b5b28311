import { parseBoolean } from "../../core/config/booleans.ts";
import { badRequest } from "../errors.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { labelSource, openTable } from "../pages/open-table.ts";
import { latestRows, suggestRows } from "../queries/autocomplete.ts";
import { keyColumns } from "../queries/keyset.ts";
import { configuredLabelColumn } from "../queries/labels.ts";
import { rawValue } from "../views/json/json.ts";
import type { RouteParams } from "./route.ts";

/** Rows of a table to choose from while someone types `?q=`; `?_initial=1` before that. */
export async function autocompleteRoute(
  context: PageContext,
  params: RouteParams,
): Promise<Answer> {
  const { args } = context.request;
  const open = await openTable(context, params.database, params.table);
  const { connection, table } = open;
  if (table.isView) throw badRequest("Autocomplete is only available for tables");
  const text = args.get("q") ?? "";
  const isInitial = parseBoolean(args.get("_initial") ?? "") === true;
  if (text === "" && !isInitial) return jsonAnswer({ ok: true, rows: [] });
  const labelColumn = configuredLabelColumn(labelSource(context, open), table.name);
  const suggestions =
    text === ""
      ? latestRows(connection, table, labelColumn)
      : suggestRows(connection, table, labelColumn, text);
  const keys = keyColumns(table);
  return jsonAnswer({
    ok: true,
    rows: suggestions.map(({ key, label }) => ({
      pks: Object.fromEntries(keys.map((name, index) => [name, rawValue(key[index] ?? null)])),
      ...(label === undefined ? {} : { label: rawValue(label) }),
    })),
  });
}
