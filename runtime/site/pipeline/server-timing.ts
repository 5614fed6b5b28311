/**
 * `Server-Timing`, for the site's owners: https://www.w3.org/TR/server-timing/. In `dsl serve` it is always
 * made, and the server keeps it from those who are not on this machine; a published site gives it to
 * whoever sends the key whose SHA-256 is the setting `owner_key_sha256`. Others could learn from times
 * what is private.
 */
import { clock } from "../../core/clock.ts";
import { requestFacts } from "../../core/request-facts.ts";
import type { PageContext } from "../pages/context.ts";

const KEY_HEADER = "dsl-owner-key";

export function isForOwner({ site, request, config }: PageContext): boolean {
  if (site.storage === "serve") return true;
  const expected = config.settings.owner_key_sha256;
  const key = expected === "" ? null : request.headers.get(KEY_HEADER);
  if (key === null) return false;
  // Not imported: loading it would be part of every cold start.
  const { hash } = process.getBuiltinModule("node:crypto");
  return hash("sha256", key) === expected.toLowerCase();
}

/** `started`: clock() when the request came. */
export function serverTiming(started: number): string {
  const { sqlMs, statements, rows } = requestFacts;
  const total = clock() - started;
  return `total;dur=${total.toFixed(1)}, sql;dur=${sqlMs.toFixed(1)};desc="${statements} statements, ${rows} rows"`;
}
