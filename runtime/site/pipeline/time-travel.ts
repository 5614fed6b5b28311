/** `_at=` of a request: which version answers it, and how long such an answer may be kept. */
import { logError } from "../../core/log.ts";
import { badRequest, HttpError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { Arguments } from "../parameters/arguments.ts";
import type { FoundRoute } from "../routes/routes.ts";
import type { Site } from "../site.ts";

/** The argument of a page that names a version or a time. */
const AT = "_at";

export interface AskedSite {
  site: Site;
  /** A time has become the number of its version, which all links then have. */
  args: Arguments;
  /** Why there is no such version; the site is the present one then. */
  refusal: HttpError | null;
}

/** Files and the like are the same at all times: they take no notice of `_at`. */
export async function siteAsked(
  present: Site,
  found: FoundRoute | null,
  method: string,
  args: Arguments,
): Promise<AskedSite> {
  const asked = args.get(AT);
  const isReading = method === "GET" || method === "HEAD";
  const isTimeless = found !== null && (found.route.isTimeless ?? found.route.servesFiles);
  if (!asked || !isReading || isTimeless) return { site: present, args, refusal: null };
  try {
    if (present.history === undefined) throw badRequest(withoutHistory(present));
    const site = await present.history.at(asked);
    const number = String(site.version);
    const named = number === asked ? args : new Arguments(args.replacing([[AT, number]]));
    return { site, args: named, refusal: null };
  } catch (error) {
    if (error instanceof HttpError) return { site: present, args, refusal: error };
    logError("an earlier version could not be opened", error);
    const refusal = new HttpError(503, "The version that _at names cannot be read at the moment.");
    return { site: present, args, refusal };
  }
}

function withoutHistory({ storage }: Site): string {
  return storage === "serve"
    ? "There are no versions here: files are served as they are now (dsl serve), and _at means nothing."
    : "This site has only the version that is in its function (storage embed): _at means nothing.";
}

/** What to say where a version cannot be read because it was removed meanwhile; null for other reasons. */
export async function goneVersion({ past }: Site): Promise<HttpError | null> {
  try {
    return (await past?.gone()) ?? null;
  } catch {
    return null;
  }
}

export function isVersionNumber(asked: string | undefined): boolean {
  return asked !== undefined && /^\d+$/.test(asked);
}

/**
 * What follows from a version that is named by its number never becomes another answer. (One that is named
 * by its time may: somebody's clock was wrong.) `etag` is null for what depends on more than the version.
 */
export function keptForEver(
  given: Answer,
  { site, request }: PageContext,
  etag: string | null,
): Answer {
  const isKept =
    site.past !== undefined && etag !== null && given.status === 200 && !request.args.has("_ttl");
  if (!isKept) return given;
  const headers = { ...given.headers, "cache-control": "public, max-age=31536000, immutable" };
  return { ...given, headers };
}
