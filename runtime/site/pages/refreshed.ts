/** When a database was refreshed, as far as its visitor may know. */
import type { Refreshed, SiteDatabase } from "../site.ts";
import type { PageContext } from "./context.ts";

/**
 * null where it is not known. The name of the file is told only where nothing of the database is private,
 * because files are named after what is in them.
 */
export function refreshedOf({ visitor }: PageContext, database: SiteDatabase): Refreshed | null {
  const { name, refreshed = null } = database;
  const isOpen = visitor.tableRules(name) === undefined;
  return refreshed === null || isOpen ? refreshed : { ...refreshed, source: null };
}
