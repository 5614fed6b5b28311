/** Paths of old that lead elsewhere. */
import { redirect } from "../http/responses.ts";
import { withQuery } from "../links.ts";
import type { PageContext } from "../pages/context.ts";

/** `/-` is `/-/`. */
export async function homeRedirect({ links }: PageContext): Promise<Response> {
  return redirect(links.path("/-/"), 301);
}

/** `/:memory:` is `/_memory`. */
export async function memoryRedirect({ links, request }: PageContext): Promise<Response> {
  const rest = request.path.slice("/:memory:".length);
  return redirect(withQuery(links.path(`/_memory${rest}`), request.args.text), 301);
}
