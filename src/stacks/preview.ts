/** Previews: sites beside a site, under names of their own that begin with its name. Pure. */
import { createHash } from "node:crypto";

/** Says of which site a stack is a preview; only what has it is deleted as one. */
export const PREVIEW_TAG = "dsl:preview-of";
const LONGEST = 40;

/**
 * The name of a site's preview: of a branch `Fix/Prices`, `shop-preview-fix-prices-3f2a91`. What had to be
 * written differently gets a mark, so that two branches never share a preview.
 */
export function previewName(site: string, branch: string): string {
  const readable = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST)
    .replace(/-+$/, "");
  if (readable === branch) return `${site}-preview-${branch}`;
  const mark = createHash("sha256").update(branch).digest("hex").slice(0, 6);
  return [site, "preview", ...(readable === "" ? [] : [readable]), mark].join("-");
}
