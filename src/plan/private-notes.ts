/** What visitors will not see, in sentences. Pure. */
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import type { Inspection } from "../../runtime/core/format/inspection.ts";
import { Visitor } from "../../runtime/site/visitor.ts";

/** Tables named in a sentence; more are counted. */
const NAMED = 5;

/** One sentence for each database of which something is private, and one for how that is kept. */
export function privateNotes(
  config: SiteConfig,
  databases: readonly { name: string; inspection: Inspection }[],
): string[] {
  const visitor = new Visitor(config);
  const notes = databases.flatMap(({ name, inspection }) => {
    const tables = inspection.tables.filter(({ hidden }) => !hidden);
    const names = [...tables, ...inspection.views].map((table) => table.name);
    const hidden = names.filter((table) => !visitor.mayViewTable(name, table));
    if (hidden.length === 0) return [];
    const visible = names.filter((table) => !hidden.includes(table));
    if (hidden.length === names.length) return [`Private: all tables of ${name}`];
    return hidden.length > visible.length
      ? [`Private: all tables of ${name} but ${listed(visible)}`]
      : [`Private: ${listed(hidden)} in ${name}`];
  });
  if (notes.length === 0) return [];
  return [
    ...notes,
    "Pages, downloads and SQL of visitors do not reach what is private, save for what views show of it; the guard in the layer enforces this",
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 1
    ? `${names.slice(0, NAMED).join(", ")} and ${more} more`
    : names.join(", ").replace(/, ([^,]*)$/, " and $1");
}
