/** What visitors will not see, or only some of them, in sentences. Pure. */
import { type Allow, type AllowBlock, admits } from "../../runtime/core/access/allow.ts";
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import type { Inspection } from "../../runtime/core/format/inspection.ts";
import { allowsOf, Visitor } from "../../runtime/site/visitor.ts";

/** Tables named in a sentence; more are counted. */
const NAMED = 5;

/**
 * Sentences for each database of which something is private, or for some readers only; one for how that is kept,
 * and one where rules are about readers who cannot sign in.
 */
export function privateNotes(
  config: SiteConfig,
  databases: readonly { name: string; inspection: Inspection }[],
  isPrivateSite: boolean,
): string[] {
  // Whoever has signed in, and no rule names; on a public site nobody signs in.
  const everybody = isPrivateSite ? new Visitor(config, { id: "" }) : new Visitor(config);
  const somebody = isPrivateSite ? new Somebody(config) : everybody;
  const notes = databases.flatMap(({ name, inspection }) => {
    const tables = inspection.tables.filter(({ hidden }) => !hidden);
    const names = [...tables, ...inspection.views].map((table) => table.name);
    const denied = names.filter((table) => !everybody.mayViewTable(name, table));
    const hidden = denied.filter((table) => !somebody.mayViewTable(name, table));
    return [
      ...sentence("Private", name, names, hidden),
      ...sentence("For those whom allow names", name, names, difference(denied, hidden)),
    ];
  });
  const rules = allowsOf(config, [...config.databases.values()]);
  return [
    ...notes,
    ...(notes.length === 0 ? [] : [HOW_IT_IS_KEPT]),
    ...(!isPrivateSite && rules.some(namesReaders) ? [NOBODY_SIGNS_IN] : []),
  ];
}

const HOW_IT_IS_KEPT =
  "Pages, downloads and SQL of visitors do not reach what is private, save for what views show of it; the guard in the layer enforces this";
const NOBODY_SIGNS_IN =
  "Rules (allow) name readers, and on a public site nobody can say who they are: what is for them nobody sees; --password or --sign-in lets them in";

/** Whom every rule names that names anybody. */
class Somebody extends Visitor {
  protected override admits(allow: Allow): boolean {
    return typeof allow === "boolean" ? allow : namesReaders(allow);
  }
}

/** Whether it lets in somebody who has signed in. */
function namesReaders(allow: Allow): boolean {
  if (typeof allow === "boolean") return false;
  return Object.entries(allow).some(([key, value]) => admits(allow, someoneWith(key, value)));
}

/** Whoever has what a key of a block asks for. */
function someoneWith(key: string, value: AllowBlock[string]): { id: string } {
  return { id: "", ...(key !== "unauthenticated" && { [key]: value }) };
}

/** Nothing where there are no such tables. */
function sentence(
  what: string,
  database: string,
  all: readonly string[],
  some: readonly string[],
): string[] {
  if (some.length === 0) return [];
  const others = difference(all, some);
  if (others.length === 0) return [`${what}: all tables of ${database}`];
  return some.length > others.length
    ? [`${what}: all tables of ${database} but ${listed(others)}`]
    : [`${what}: ${listed(some)} in ${database}`];
}

function difference(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((each) => !some.includes(each));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 1
    ? `${names.slice(0, NAMED).join(", ")} and ${more} more`
    : names.join(", ").replace(/, ([^,]*)$/, " and $1");
}
