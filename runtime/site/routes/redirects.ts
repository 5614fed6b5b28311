/** Paths of old that lead elsewhere. */
import { type Answer, redirect } from "../http/answer.ts";
import { withQuery } from "../links.ts";
import type { PageContext } from "../pages/context.ts";

/** `/-` is `/-/`. */
export async function homeRedirect({ links }: PageContext): Promise<Answer> {
  return redirect(links.path("/-/"), 301);
}

/** `/:memory:` is `/_memory`. */
export async function memoryRedirect({ links, request }: PageContext): Promise<Answer> {
  const rest = request.path.slice("/:memory:".length);
  return redirect(withQuery(links.path(`/_memory${rest}`), request.args.text), 301);
}
