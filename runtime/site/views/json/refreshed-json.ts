import type { Refreshed } from "../../site.ts";

/** Nothing where it is not known, as in Datasette's answers. */
export function refreshedJson(refreshed: Refreshed | null): Record<string, unknown> {
  return refreshed === null ? {} : { updated_at: refreshed.at, source: refreshed.source };
}
