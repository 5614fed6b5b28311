/** Header fields that every answer has, whatever it is: what browsers may not do with it. */
import type { HeaderFields } from "../http/answer.ts";

/** Seconds; two years. https://httpwg.org/specs/rfc6797 */
const HSTS = "max-age=63072000";

/**
 * `isSecure`: the browser came over TLS. `isShared`: with `--cors`, pages of other sites may use what is
 * here. A page's own fields count more.
 */
export function policyHeaders(isSecure: boolean, isShared: boolean): HeaderFields {
  return {
    // A text is never taken for a script or a page.
    "x-content-type-options": "nosniff",
    // Other sites do not learn what was looked at.
    "referrer-policy": "no-referrer",
    // Windows of other sites get no hold of pages here, their pages none of pictures and files.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": isShared ? "cross-origin" : "same-origin",
    ...(isSecure ? { "strict-transport-security": HSTS } : {}),
  };
}
