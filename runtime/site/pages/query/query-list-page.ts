import { compareText } from "../../../core/compare-text.ts";
import { tildeDecodeList, tildeEncode } from "../../../core/names.ts";
import { badRequest } from "../../errors.ts";
import type { Arguments } from "../../parameters/arguments.ts";
import { parsePageSize } from "../../parameters/page-size.ts";
import { isLike } from "../../queries/like.ts";
import { encodePairs } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import { findDatabase } from "../context.ts";
import { databaseColor } from "../database-color.ts";
import type { QueryListPage } from "./query-list-page-type.ts";
import type { QuerySummary } from "./query-summary.ts";
import { sortKey, visibleQueries } from "./stored-queries.ts";

/** Queries on a page of the list, unless `_size` says otherwise. */
const HTML_SIZE = 20;
const JSON_SIZE = 50;

/**
 * @param database null for the queries of all databases
 * @throws HttpError 400, 404
 */
export function queryListPage(context: PageContext, database: string | null): QueryListPage {
  const { request, links, site } = context;
  const { args, format } = request;
  const { max_returned_rows: maximum } = context.config.settings;
  const found = database === null ? null : findDatabase(context, database);
  const asked = parsePageSize(
    args.get("_size"),
    format === "html" ? HTML_SIZE : JSON_SIZE,
    maximum,
  );
  const size = Math.min(Math.max(asked, 1), 1000);
  const names = found ? [found.name] : site.databases.map(({ name }) => name).sort(compareText);
  const search = args.get("q") ?? "";
  const isWrite = parseFlag(args, "is_write");
  const isPrivate = parseFlag(args, "is_private");
  const matching = visibleQueries(context, names).filter(
    (summary) =>
      matches(summary, search) &&
      isPrivate !== true &&
      isGiven(args.get("source"), "config") &&
      !args.get("owner_id"),
  );
  const filtered = matching.filter(({ query }) => isWrite === null || query.is_write === isWrite);
  const start = startOf(filtered, args.get("_next"), database);
  const shown = filtered.slice(start, start + size);
  const last = shown.at(-1);
  const next =
    last !== undefined && start + size < filtered.length ? tokenOf(last, database) : null;
  const kept = args.pairs.filter(([name]) => name !== "_next");
  return {
    database,
    databaseColor: found && databaseColor(found),
    queries: shown,
    search,
    count: filtered.length,
    limit: size,
    next,
    nextHref:
      next === null
        ? null
        : request.absolute(request.withQuery(encodePairs([...kept, ["_next", next]]))),
    path: database === null ? links.page("/-/queries") : links.queryList(database),
    readOnlyCount: matching.filter(({ query }) => !query.is_write).length,
    writableCount: matching.filter(({ query }) => query.is_write).length,
    isWrite,
    isPrivate,
  };
}

function parseFlag(args: Arguments, name: string): boolean | null {
  const text = (args.get(name) ?? "").toLowerCase();
  if (text === "") return null;
  if (["1", "true", "t", "yes", "on"].includes(text)) return true;
  if (["0", "false", "f", "no", "off"].includes(text)) return false;
  throw badRequest(`${name} must be 0 or 1`);
}

function isGiven(asked: string | undefined, value: string): boolean {
  return !asked || asked === value;
}

function matches({ query }: QuerySummary, search: string): boolean {
  const { name, title, description, sql } = query;
  const texts = [name, title, description, sql].filter((text) => text !== null);
  return texts.some((text) => isLike(text, `%${search}%`));
}

/** `title,name`, with the database in front in the list of all. */
function keyOf({ database, query }: QuerySummary, list: string | null): string[] {
  const key = [sortKey(query), query.name];
  return list === null ? [database, ...key] : key;
}

function tokenOf(summary: QuerySummary, list: string | null): string {
  return keyOf(summary, list).map(tildeEncode).join(",");
}

/** The position after the query that the token names; 0 for a token that is none. */
function startOf(
  queries: readonly QuerySummary[],
  token: string | undefined,
  list: string | null,
): number {
  const after = tildeDecodeList(token ?? "");
  if (after.length !== (list === null ? 3 : 2)) return 0;
  const index = queries.findIndex((summary) => compareKeys(keyOf(summary, list), after) > 0);
  return index < 0 ? queries.length : index;
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length; index++) {
    const order = compareText(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return 0;
}
