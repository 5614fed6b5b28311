import { jsonResponse } from "../http/responses.ts";
import type { PageContext } from "../pages/context.ts";
import { jumpItems } from "../pages/jump.ts";

/** What the jump menu offers for `?q=`; JSON under any extension. */
export async function jumpRoute(context: PageContext): Promise<Response> {
  const found = await jumpItems(context, (context.request.args.get("q") ?? "").trim());
  return jsonResponse({ ok: true, ...found });
}
