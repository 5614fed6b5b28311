import { badRequest } from "../errors.ts";
import type { PageContext } from "../pages/context.ts";

const KINDS = ["chart", "table", "map"] as const;
export type EmbedKind = (typeof KINDS)[number];

/** What `?_embed=` asks for; null where the whole page is wanted. */
export function embedKind({ request }: PageContext): EmbedKind | null {
  const asked = request.args.get("_embed");
  if (!asked || request.format !== "html") return null;
  const kind = KINDS.find((each) => each === asked);
  if (kind === undefined) throw badRequest(`_embed must be one of ${KINDS.join(", ")}`);
  return kind;
}
