import type { Layout } from "../pages/layout.ts";
import { contentSecurityPolicy } from "../views/html/content-security-policy.ts";
import type { HeaderFields } from "./answer.ts";
import { linkValue } from "./link-header.ts";

/** What every HTML page is sent with: its policy, and the `Link` to the same page as JSON. */
export function pageHeaders(layout: Layout): HeaderFields {
  const headers: HeaderFields = { "content-security-policy": contentSecurityPolicy(layout) };
  if (layout.alternateJson !== null) {
    headers.link = linkValue(layout.alternateJson, "alternate", "application/json+datasette");
  }
  return headers;
}
