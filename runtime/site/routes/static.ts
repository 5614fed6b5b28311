import { notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { findAsset } from "../views/html/assets.ts";

const PREFIX = "/-/static/";

/** Style sheets and scripts of the pages. A changed file has another name, so nothing gets stale. */
export async function staticRoute({ request }: PageContext): Promise<Answer> {
  const asset = findAsset(request.path.slice(PREFIX.length));
  if (asset === null) throw notFound("File not found");
  return answer(asset.bytes, {
    "content-type": asset.contentType,
    "cache-control": "public, max-age=31536000, immutable",
  });
}
