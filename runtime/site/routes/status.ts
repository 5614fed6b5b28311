import { SOFTWARE } from "../../core/software.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";

/** Whether this process has answered this question before. */
let hasAnswered = false;

/** Which version is served. Never refused, so that a deployment can be verified. */
export async function statusRoute({ site }: PageContext): Promise<Answer> {
  const start = hasAnswered ? "warm" : "cold";
  hasAnswered = true;
  const published = site.publishedAt === null ? null : Date.parse(site.publishedAt);
  return jsonAnswer(
    {
      ok: true,
      version: site.version,
      published_at: site.publishedAt,
      age_seconds: published === null ? null : Math.round((Date.now() - published) / 1000),
      storage: site.storage,
      start,
      software: SOFTWARE,
    },
    200,
    { "cache-control": "no-store" },
  );
}
