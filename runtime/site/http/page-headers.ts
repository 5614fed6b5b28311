import type { Layout } from "../pages/layout.ts";
import { contentSecurityPolicy } from "../views/html/content-security-policy.ts";
import type { HeaderFields } from "./answer.ts";
import { linkValue } from "./link-header.ts";

/**
 * What every HTML page is sent with: its policy, and the `Link` to the same page as JSON.
 * @param framedBy origins that may have it in a frame
 */
export function pageHeaders(layout: Layout, framedBy: readonly string[] = []): HeaderFields {
  const policy = contentSecurityPolicy(layout, framedBy);
  const headers: HeaderFields = { "content-security-policy": policy };
  if (layout.alternateJson !== null) {
    headers.link = linkValue(layout.alternateJson, "alternate", "application/json+datasette");
  }
  return headers;
}
