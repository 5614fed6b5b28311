import { jsonResponse } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";

export async function versionsRoute(_context: PageContext): Promise<Response> {
  return jsonResponse({ ok: true });
}

/** When this process started, and whether it has answered yet. */
let hasAnswered = false;

/** Which version is served; never refused, so that a deployment can be verified. */
export async function statusRoute({ site }: PageContext): Promise<Response> {
  const start = hasAnswered ? "warm" : "cold";
  hasAnswered = true;
  const published = site.publishedAt === null ? null : Date.parse(site.publishedAt);
  return jsonResponse(
    {
      ok: true,
      version: site.version,
      published_at: site.publishedAt,
      age_seconds: published === null ? null : Math.round((Date.now() - published) / 1000),
      storage: site.storage,
      start,
      software: "dsl",
    },
    200,
    { "cache-control": "no-store" },
  );
}
