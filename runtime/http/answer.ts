import { HttpError } from "../errors.ts";
import { Links } from "../links.ts";
import { logError } from "../log.ts";
import type { PageContext } from "../pages/context.ts";
import { Arguments } from "../parameters/arguments.ts";
import { PageRequest } from "../parameters/page-request.ts";
import { type FoundRoute, findRoute } from "../routes/routes.ts";
import type { Site, SiteSource } from "../site.ts";
import { Visitor } from "../visitor.ts";
import { errorResponse, methodNotAllowed, optionsResponse } from "./error-response.ts";
import { finish } from "./finish.ts";
import { redirectNotFound } from "./not-found.ts";
import { originOf } from "./origin.ts";

/** Answers one request from one version of the site. Never rejects. */
export async function answer(source: SiteSource, request: Request): Promise<Response> {
  const target = splitUrl(request.url);
  const args = new Arguments(target.query);
  const atLeast = Number(args.get("at_least"));
  const site = await source.current(
    target.path.endsWith("/-/status.json") && atLeast > 0 ? atLeast : undefined,
  );
  const found = findRoute(pathInside(site, target.path));
  const context = contextOf(site, request, target.path, args, found);
  const response = await respond(context, request, found);
  const elsewhere = response.status === 404 ? redirectNotFound(context) : null;
  return elsewhere ?? finish(context, request, response);
}

async function respond(
  context: PageContext,
  request: Request,
  found: FoundRoute | null,
): Promise<Response> {
  try {
    if (!found?.route.answersAllMethods) {
      if (request.method === "OPTIONS") return optionsResponse();
      if (found === null) throw new HttpError(404, "404");
      if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed(context);
    }
    return await found.route.answer(context, found.params);
  } catch (error) {
    if (error instanceof HttpError) return errorResponse(context, error);
    logError("a request failed", error);
    return errorResponse(context, new HttpError(500, "Internal server error"));
  }
}

function contextOf(
  site: Site,
  request: Request,
  path: string,
  args: Arguments,
  found: FoundRoute | null,
): PageContext {
  const { config } = site;
  const { base_url: baseUrl, force_https_urls: forceHttps } = config.settings;
  const links = new Links(baseUrl, originOf(request.url, request.headers, forceHttps));
  return {
    site,
    config,
    links,
    visitor: new Visitor(config),
    request: new PageRequest(
      request.method,
      path,
      pathInside(site, path),
      args,
      found?.format ?? "html",
      links,
      request.headers,
    ),
  };
}

/** The path without `base_url`. What lies outside of it is taken as it is. */
function pathInside(site: Site, path: string): string {
  const { base_url: baseUrl } = site.config.settings;
  return baseUrl !== "/" && path.startsWith(baseUrl) ? path.slice(baseUrl.length - 1) : path;
}

/** Path and query as they were sent, still encoded. */
function splitUrl(url: string): { path: string; query: string } {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const question = url.indexOf("?", start);
  if (question < 0) return { path: url.slice(start), query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1) };
}
