import type { HeaderFields } from "../http/responses.ts";
import type { Layout } from "../pages/layout.ts";

/** The `Link` header of an HTML page, which names the same page as JSON. */
export function alternateLink({ alternateJson }: Layout): HeaderFields {
  if (alternateJson === null) return {};
  return { link: `<${alternateJson}>; rel="alternate"; type="application/json+datasette"` };
}
