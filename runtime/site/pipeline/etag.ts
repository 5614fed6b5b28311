import { hash } from "node:crypto";
import { SOFTWARE } from "../../core/software.ts";
import type { PageContext } from "../pages/context.ts";
import type { FoundRoute } from "../routes/routes.ts";
import { isTraced } from "./trace.ts";

/**
 * The ETag of an answer that follows from the published version, the software and the URL alone;
 * null for others. Known before the answer, so that a browser that has it costs nothing. Weak,
 * because the same answer may be sent compressed.
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
    SOFTWARE,
    links.origin,
    request.sentPath,
    request.args.text,
  ];
  return `W/"${hash("sha256", what.join("\n"), "base64url").slice(0, 22)}"`;
}
