import { withQuery } from "../links.ts";
import type { PageContext } from "../pages/context.ts";
import { redirect } from "./responses.ts";

/**
 * Where a path that leads nowhere may have been meant to lead: one with percent-encoded names to
 * their tilde-encoded form, one with a slash at its end to that without. null otherwise.
 */
export function redirectNotFound({ request }: PageContext): Response | null {
  const { href, args } = request;
  if (href.includes("%")) {
    const tilde = href.replaceAll("~", "~7E").replaceAll("%", "~").replaceAll(".", "~2E");
    return redirect(withQuery(tilde, args.text));
  }
  if (href.endsWith("/") && request.path !== "/") {
    return redirect(withQuery(href.replace(/\/+$/, ""), args.text));
  }
  return null;
}
