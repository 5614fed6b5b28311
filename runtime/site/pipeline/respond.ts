import type { Identity } from "../../core/access/actor.ts";
import { clock } from "../../core/clock.ts";
import { logError } from "../../core/log.ts";
import { beginFacts, requestFacts } from "../../core/request-facts.ts";
import { timesCutShort } from "../../core/sqlite/cut-short.ts";
import { DataUnavailable } from "../../core/sqlite/sql-error.ts";
import type { ReadAccess } from "../access/door.ts";
import { HttpError } from "../errors.ts";
import { type Front, movedTo } from "../front.ts";
import { type Answer, answer } from "../http/answer.ts";
import { methodNotAllowed, optionsAnswer } from "../http/method-answers.ts";
import { Links } from "../links.ts";
import type { PageContext } from "../pages/context.ts";
import { Arguments } from "../parameters/arguments.ts";
import { PageRequest } from "../parameters/page-request.ts";
import type { SiteRequest } from "../request.ts";
import type { Route } from "../routes/route.ts";
import { type FoundRoute, findRoute } from "../routes/routes.ts";
import type { Site, SiteSource } from "../site.ts";
import { compress, varying } from "./compress.ts";
import { conditional } from "./conditional.ts";
import { CORS_HEADERS } from "./cors.ts";
import { errorAnswer } from "./error-answer.ts";
import { redirectNotFound } from "./not-found.ts";
import { originOf } from "./origin.ts";
import { policyHeaders } from "./policy-headers.ts";
import { isForOwner, serverTiming } from "./server-timing.ts";
import { forSharedCache } from "./shared-cache.ts";
import { goneVersion, isVersionNumber, keptForEver, siteAsked } from "./time-travel.ts";
import { isTraced, withTrace } from "./trace.ts";
import { etagOf, knownHeaders, rememberGiven, withValidator } from "./validators.ts";

export interface Served {
  source: SiteSource;
  /** The routes of the site's own files. */
  own: readonly Route[];
  /** Where the site's password is; null where there are none. */
  readAccess: ReadAccess | null;
  /** Under which names visitors come. */
  front: Front;
}

/** Answers one request from one version of the site. Rejects only when there is no site. */
export async function respond(served: Served, request: SiteRequest): Promise<Answer> {
  const { source, own, front } = served;
  const started = clock();
  beginFacts();
  const target = splitUrl(request.url);
  const sent = new Arguments(target.query);
  const present = await source.current(versionWanted(target.path, sent));
  const found = findRoute(pathInside(present, target.path), own);
  const atDoor = contextOf(present, front, request, target.path, sent, found);
  const moved = movedTo(front, atDoor.links.origin, request.url);
  if (moved !== null) return movedAnswer(atDoor, moved);
  const inside = async (seen: Site, session: Identity | null) => {
    const { site, args, refusal } = await siteAsked(seen, found, request.method, sent);
    const isPresent = site === present && args === sent;
    const asked = isPresent ? atDoor : contextOf(site, front, request, target.path, args, found);
    const context = session === null ? asked : { ...asked, session };
    requestFacts.version = site.version;
    requestFacts.publishedAt = site.publishedAt;
    return finish(context, found, refusal, isVersionNumber(sent.get("_at")));
  };
  // The present says who may see the site, whatever it was once.
  const given = present.config.flags.password
    ? await askedFirst(served, atDoor, request, async (identity) =>
        inside(await seenBy(present, identity), identity),
      )
    : await inside(present, present.servedTo ?? null);
  const shared = request.sharedSeconds
    ? forSharedCache(given, request.sharedSeconds, sent.get("_ttl") === "0")
    : given;
  const answer = isForOwner(atDoor)
    ? { ...shared, headers: { ...shared.headers, "server-timing": serverTiming(started) } }
    : shared;
  return request.method === "HEAD" ? { ...answer, body: null } : answer;
}

async function seenBy(site: Site, identity: Identity): Promise<Site> {
  if (site.seenBy === undefined) throw new Error("nobody can be signed in to this site");
  return site.seenBy(identity);
}

/** To the name that the site is known under; the method stays. */
function movedAnswer(context: PageContext, location: string): Answer {
  const kept = context.config.flags.password ? "private, no-store" : "public, max-age=3600";
  return answer(null, { ...policyOf(context), location, "cache-control": kept }, 308);
}

/** `/-/status.json?at_least=N` asks for version N. */
function versionWanted(path: string, args: Arguments): number | undefined {
  if (!path.endsWith("/-/status.json")) return undefined;
  const version = Number(args.get("at_least"));
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
}

/** Loaded for sites with a password only. */
async function askedFirst(
  { readAccess }: Served,
  context: PageContext,
  request: SiteRequest,
  inside: (identity: Identity) => Promise<Answer>,
): Promise<Answer> {
  const { throughDoor } = await import("../access/door.ts");
  const given = await throughDoor(readAccess, context, request, inside);
  return { ...given, headers: { ...commonHeaders(context), ...given.headers } };
}

/** The answer with all that does not depend on what was asked: validators, policies, compression. */
async function finish(
  context: PageContext,
  found: FoundRoute | null,
  refusal: HttpError | null,
  namesVersion: boolean,
): Promise<Answer> {
  const { request } = context;
  const common = commonHeaders(context);
  // Behind a password nothing is kept, so nothing is asked again.
  const isKept = refusal === null && context.session === null;
  const etag = isKept ? etagOf(context, found) : null;
  const known = etag === null ? null : knownHeaders(etag);
  if (known !== null) {
    const early = conditional(request, answer(null, known));
    if (early.status !== 200) {
      requestFacts.cache = "hit";
      return early;
    }
  }
  requestFacts.cache = etag === null ? null : "miss";
  const before = timesCutShort();
  const made = await answerOf(context, found, refusal);
  if (made.status === 404 && !found?.route.servesFiles) {
    const elsewhere = redirectNotFound(context);
    if (elsewhere !== null)
      return { ...elsewhere, headers: { ...policyOf(context), ...elsewhere.headers } };
  }
  const isComplete = timesCutShort() === before;
  const { status, headers, body } = withValidator(
    namesVersion ? keptForEver(made, context, etag) : made,
    etag,
    isComplete,
  );
  const complete = varying({ status, headers: { ...common, ...headers }, body });
  if (etag !== null && complete.headers.etag === etag) rememberGiven(etag, complete.headers);
  const judged = conditional(request, complete);
  return judged.status === 304 ? judged : compress(judged, request.headers.get("accept-encoding"));
}

function commonHeaders(context: PageContext): Answer["headers"] {
  const policy = policyOf(context);
  return context.config.flags.cors ? { ...policy, ...CORS_HEADERS } : policy;
}

function policyOf({ links, config }: PageContext): Answer["headers"] {
  return policyHeaders(links.origin.startsWith("https:"), config.flags.cors);
}

async function answerOf(
  context: PageContext,
  found: FoundRoute | null,
  refusal: HttpError | null,
): Promise<Answer> {
  const { method } = context.request;
  try {
    if (refusal !== null) throw refusal;
    if (!found?.route.answersAllMethods) {
      if (method === "OPTIONS") return optionsAnswer();
      if (found === null) throw new HttpError(404, "404");
      if (method !== "GET" && method !== "HEAD") return methodNotAllowed(context);
    }
    const { route, params } = found;
    if (isTraced(context)) return await withTrace(() => route.answer(context, params));
    return await route.answer(context, params);
  } catch (error) {
    if (error instanceof HttpError) return errorAnswer(context, error);
    const gone = await goneVersion(context.site);
    if (gone !== null) return errorAnswer(context, gone);
    logError("a request failed", error);
    if (error instanceof DataUnavailable) {
      return errorAnswer(context, new HttpError(503, error.message));
    }
    return errorAnswer(context, new HttpError(500, "Internal server error"));
  }
}

function contextOf(
  site: Site,
  front: Front,
  request: SiteRequest,
  path: string,
  args: Arguments,
  found: FoundRoute | null,
): PageContext {
  const { config } = site;
  const { headers } = request;
  const at = site.past === undefined ? null : site.version;
  const links = new Links(
    config.settings.base_url,
    originOf(request, config.settings),
    at,
    front.origin,
  );
  const inside = pathInside(site, path);
  const format = found?.format ?? "html";
  return {
    site,
    config,
    links,
    visitor: site.visitor,
    session: null,
    request: new PageRequest(request.method, path, inside, args, format, links, headers),
    step: request.step ?? (() => {}),
  };
}

/** The path without `base_url`. What lies outside of it is taken as it is. */
function pathInside(site: Site, path: string): string {
  const { base_url: baseUrl } = site.config.settings;
  return baseUrl !== "/" && path.startsWith(baseUrl) ? path.slice(baseUrl.length - 1) : path;
}

/** Path and query as they were sent, still encoded. */
function splitUrl(url: string): { path: string; query: string } {
  const question = url.indexOf("?");
  if (question < 0) return { path: url, query: "" };
  return { path: url.slice(0, question), query: url.slice(question + 1) };
}
