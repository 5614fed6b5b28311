/** The last loads of files, for whoever may know of them. */
import type { Load } from "../../../core/format/loads.ts";
import type { PageContext } from "../context.ts";

export interface LoadsPage {
  loads: readonly ListedLoad[];
}

export interface ListedLoad extends Load {
  /** The page of its table, or of its database where there are several; null where that is not there. */
  href: string | null;
}

export function loadsPage(context: PageContext): LoadsPage {
  const { links } = context;
  return {
    loads: visibleLoads(context).map((load) => {
      const { database, tables } = load;
      const [first, another] = tables;
      if (database === null || !isOnSite(context, load)) return { ...load, href: null };
      const isOne = first !== undefined && another === undefined;
      const href = isOne ? links.table(database, first.table) : links.database(database);
      return { ...load, href };
    }),
  };
}

/**
 * Everybody sees what became of databases that they may see as a whole, as far as it is still there. With
 * the permission `view-loads` also what failed, what was there once, and files that became tables of
 * databases with private ones; never a load of a database or table that is denied.
 */
export function visibleLoads(context: PageContext): readonly Load[] {
  const { site, visitor } = context;
  const isOwner = visitor.mayViewLoads();
  return (site.loads ?? []).filter((load) => {
    const { database, tables, status } = load;
    if (database === null) return isOwner;
    if (!visitor.mayViewDatabase(database)) return false;
    if (tables.some(({ table }) => !visitor.mayViewTable(database, table))) return false;
    if (isOwner) return true;
    const isOpen = visitor.tableRules(database) === undefined;
    return status !== "failed" && isOpen && isOnSite(context, load);
  });
}

function isOnSite({ site }: PageContext, { database, tables }: Load): boolean {
  const found = site.databases.find(({ name }) => name === database);
  const names = found?.inspection?.tables.map(({ name }) => name) ?? [];
  return found !== undefined && tables.every(({ table }) => names.includes(table));
}
