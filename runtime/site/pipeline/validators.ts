import { hash } from "node:crypto";
import { SOFTWARE } from "../../core/software.ts";
import { RecentMap } from "../../core/sqlite/recent-map.ts";
import type { Answer, HeaderFields } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import type { FoundRoute } from "../routes/routes.ts";
import { headersOf304 } from "./conditional.ts";
import { isTraced } from "./trace.ts";

/**
 * The ETag of an answer that follows from the published version, the software and the URL alone;
 * null for others. Known before the answer. Weak, because the same answer may be sent compressed.
 */
export function etagOf(context: PageContext, found: FoundRoute | null): string | null {
  const { request, site, links } = context;
  if (site.version === null || found === null) return null;
  // A trace has its times in it.
  if (isTraced(context)) return null;
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  if (!found.route.isStable?.(context, found.params)) return null;
  const what = [
    site.version,
    site.publishedAt,
    // Its configuration is that of the current version.
    ...(site.past === undefined ? [] : [site.past.present]),
    SOFTWARE,
    links.origin,
    links.known,
    request.sentPath,
    request.args.text,
  ];
  return `W/"${hash("sha256", what.join("\n"), "base64url").slice(0, 22)}"`;
}

/** Answers that this process has given, by ETag: those were complete, and their sender may have them. */
const given = new RecentMap<HeaderFields>(2000);

/**
 * What a 304 would repeat of an answer that was given before; null when it was not. A browser that has an
 * answer then costs nothing, and nobody learns anything from an ETag that was made up.
 */
export function knownHeaders(etag: string): HeaderFields | null {
  return given.get(etag) ?? null;
}

/**
 * The answer with its ETag, if it is one that has any. An incomplete one (a facet took too long) has
 * none and is not to be kept: asked again, it may be complete.
 */
export function withValidator(answer: Answer, etag: string | null, isComplete: boolean): Answer {
  if (answer.status !== 200) return answer;
  if (!isComplete) {
    const { etag: _none, ...headers } = answer.headers;
    return { ...answer, headers: { ...headers, "cache-control": "no-store" } };
  }
  return etag === null ? answer : { ...answer, headers: { ...answer.headers, etag } };
}

/** To be called with the header fields that an answer with this ETag is sent with. */
export function rememberGiven(etag: string, headers: HeaderFields): void {
  given.set(etag, headersOf304(headers));
}
