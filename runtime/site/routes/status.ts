import { SOFTWARE } from "../../core/software.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { verifySite } from "../verification.ts";

/** Whether this process has answered this question before. */
let hasAnswered = false;

/**
 * Which version is served; with `verify=1` also whether each of its databases can be read (false: it
 * takes longer, ask again). Never refused, so that a deployment can be verified.
 */
export async function statusRoute({ site, request }: PageContext): Promise<Answer> {
  const start = hasAnswered ? "warm" : "cold";
  hasAnswered = true;
  const published = site.publishedAt === null ? null : Date.parse(site.publishedAt);
  const verified = request.args.get("verify") === "1" ? { verified: await verifySite(site) } : {};
  return jsonAnswer(
    {
      ok: true,
      version: site.version,
      published_at: site.publishedAt,
      age_seconds: published === null ? null : Math.round((Date.now() - published) / 1000),
      storage: site.storage,
      start,
      software: SOFTWARE,
      ...verified,
    },
    200,
    { "cache-control": "no-store" },
  );
}
