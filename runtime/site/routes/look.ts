import { notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { accentCss } from "../views/css/accent.ts";

/** The style sheet of the site's own colour. Its address names the colour, so it never gets stale. */
export async function lookRoute({ config }: PageContext): Promise<Answer> {
  const { accentColor } = config.look;
  if (accentColor === null) throw notFound("File not found");
  return answer(accentCss(accentColor), {
    "content-type": "text/css; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
  });
}
