import { notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import { assetFile, findAsset } from "../views/html/assets.ts";

/** `/favicon.ico`: browsers ask for it where no page has told them of the icon, beside JSON say. */
export async function faviconRoute(): Promise<Answer> {
  const icon = findAsset(assetFile("icon.svg"));
  if (icon === null) throw notFound("File not found");
  return answer(icon.bytes, {
    "content-type": icon.contentType,
    "cache-control": "max-age=3600, public",
  });
}
