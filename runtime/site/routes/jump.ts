import { type Answer, jsonAnswer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { jumpItems } from "../pages/instance/jump.ts";

/** What the jump menu offers for `?q=`; JSON under any extension. */
export async function jumpRoute(context: PageContext): Promise<Answer> {
  const found = await jumpItems(context, (context.request.args.get("q") ?? "").trim());
  return jsonAnswer({ ok: true, ...found });
}
