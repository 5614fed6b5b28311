import type { QueryConfig } from "../../core/config/config-types.ts";
import { badRequest, notFound } from "../errors.ts";
import { type Answer, answer, type HeaderFields, htmlAnswer } from "../http/answer.ts";
import { optionsAnswer } from "../http/method-answers.ts";
import { pageHeaders } from "../http/page-headers.ts";
import { type OpenDatabase, openDatabase, type PageContext } from "../pages/context.ts";
import { layoutOf } from "../pages/layout.ts";
import { type QueryData, queryData } from "../pages/query/query-data.ts";
import { queryPage } from "../pages/query/query-page.ts";
import { isPersonal } from "../queries/magic-parameters.ts";
import { queryHtml } from "../views/html/query-page.ts";
import { queryResultJson } from "../views/json/query-result-json.ts";
import { blobAnswer } from "./blob.ts";
import { cacheHeaders } from "./cache-headers.ts";
import { queryCsvAnswer } from "./csv.ts";
import { embedQuery } from "./embed.ts";
import { embedKind } from "./embed-kind.ts";
import { isFileFormat } from "./file-format.ts";
import type { RouteParams } from "./route.ts";
import { rowsJsonAnswer } from "./rows-json.ts";
import { queryFileAnswer } from "./table-file.ts";

/** Custom SQL: `?sql=`. */
export async function queryRoute(context: PageContext, { database }: RouteParams): Promise<Answer> {
  const open = await openDatabase(context, database);
  return respond(context, queryData(context, open, null), database, {});
}

/** A query of the configuration. */
export async function storedQueryAnswer(
  context: PageContext,
  open: OpenDatabase,
  stored: QueryConfig,
): Promise<Answer> {
  if (context.request.method === "OPTIONS") return optionsAnswer(cacheHeaders(context));
  const query = queryData(context, open, stored);
  const given = await storedAnswer(context, query, stored.name);
  if (!isPersonal(stored.sql)) return given;
  return { ...given, headers: { ...given.headers, "cache-control": "private, no-store" } };
}

async function storedAnswer(context: PageContext, query: QueryData, name: string): Promise<Answer> {
  if (context.request.format === "json") {
    return rowsJsonAnswer(context, queryResultJson(context, query));
  }
  return respond(context, query, name, cacheHeaders(context));
}

async function respond(
  context: PageContext,
  query: QueryData,
  fileName: string,
  headers: HeaderFields,
): Promise<Answer> {
  const { format, args } = context.request;
  const embedded = embedKind(context);
  if (embedded !== null) return embedQuery(context, query, embedded);
  if (format === "html") {
    const isRefused = query.refusal !== null;
    const place = { database: query.database.name };
    const layout = layoutOf(context, place, { hasJson: !isRefused });
    const page = await queryPage(context, query);
    const status = isRefused ? 400 : 200;
    return htmlAnswer(queryHtml(page, layout), status, { ...headers, ...pageHeaders(layout) });
  }
  if (format === "json") {
    const { body, contentType, status } = queryResultJson(context, query);
    return answer(body, { "content-type": contentType }, status);
  }
  if (!query.sql) throw badRequest("?sql= is required");
  if (query.error !== null) throw badRequest(query.error, "Invalid SQL");
  if (isFileFormat(format)) return queryFileAnswer(context, query, fileName, format);
  if (format === "csv") return queryCsvAnswer(context, query, fileName, headers);
  if (format === "blob") return blobAnswer(args, query, {});
  throw notFound(`Invalid format: ${format}`);
}
