import { type Answer, redirect } from "../http/answer.ts";
import { withQuery } from "../links.ts";
import type { PageContext } from "../pages/context.ts";

/**
 * Where a path that leads nowhere may have been meant to lead: one with percent-encoded names to
 * their tilde-encoded form, one with a slash at its end to that without. null otherwise.
 */
export function redirectNotFound({ request }: PageContext): Answer | null {
  const { sentPath: path, args } = request;
  if (path.includes("%")) {
    const tilde = path.replaceAll("~", "~7E").replaceAll("%", "~").replaceAll(".", "~2E");
    return redirect(withQuery(tilde, args.text));
  }
  if (path.endsWith("/") && request.path !== "/") {
    return redirect(withQuery(path.replace(/\/+$/, ""), args.text));
  }
  return null;
}
