/** What changed in a table between two versions, as a page, JSON, CSV, and a feed. */
import { forbidden } from "../errors.ts";
import { type Answer, answer, type HeaderFields, htmlAnswer, jsonAnswer } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { type ChangesPage, changesPage } from "../pages/changes/changes-page.ts";
import { feedOf } from "../pages/changes/feed.ts";
import type { PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { changesCsv } from "../views/csv/changes-csv.ts";
import { changesHtml } from "../views/html/changes-page.ts";
import { changesJson } from "../views/json/changes-json.ts";
import { atomFeed } from "../views/text/atom.ts";
import { cacheControl, NO_REFERRER } from "./cache-headers.ts";
import type { RouteParams } from "./route.ts";

export async function changesRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  const page = await changesPage(context, params.database, params.table);
  const { format } = context.request;
  const headers = cacheHeaders(context, page);
  if (format === "json") return jsonAnswer(changesJson(page), 200, headers);
  if (format === "csv") {
    return answer(changesCsv(page, context.config.settings.csv_safe), {
      ...headers,
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": attachment(`${params.tablePath}-${page.from}-${page.to}.csv`),
    });
  }
  const layout = layoutOf(
    context,
    { database: params.database, table: params.table },
    { hasJson: false },
  );
  return htmlAnswer(changesHtml(page, layout), 200, { ...headers, ...pageHeaders(layout) });
}

/** Two versions that are named differ in the same way for ever; what was stopped may get further another time. */
function cacheHeaders(context: PageContext, { stopped }: ChangesPage): HeaderFields {
  const { args } = context.request;
  if (stopped !== null) return { ...NO_REFERRER, "cache-control": "no-store" };
  const isNamed = args.get("from") !== undefined && args.get("to") !== undefined;
  const forEver = "public, max-age=31536000, immutable";
  const isKept = isNamed && context.session === null;
  return { ...NO_REFERRER, "cache-control": isKept ? forEver : cacheControl(context) };
}

export async function feedRoute(context: PageContext, params: RouteParams): Promise<Answer> {
  if (!context.visitor.mayTravel(params.database)) {
    throw forbidden(`Earlier versions of ${params.database} are not shown`);
  }
  const feed = await feedOf(context, params.database, params.table);
  return answer(atomFeed(feed), {
    "content-type": "application/atom+xml; charset=utf-8",
    "cache-control": cacheControl(context),
    ...NO_REFERRER,
  });
}
