/** What was published when, by what, and what differs from the version before. */
import { changesBetween, type DatabaseChange, isFor } from "../../history/version-facts.ts";
import { encodePairs } from "../../query-string.ts";
import type { PageContext } from "../context.ts";

export interface VersionsPage {
  /** The version that is served when none is asked for. */
  current: number;
  /** Whether older ones are shown at all. */
  isAllowed: boolean;
  /** The newest first. */
  versions: readonly ListedVersion[];
  /** Absolute link to older ones; null where there are none. */
  nextHref: string | null;
}

export interface ListedVersion {
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** What it was published with; null where that is not known. */
  what: string | null;
  /** The site as it was then; null where that is not shown. */
  href: string | null;
  /** null where the version before it is gone, so that nobody can say. */
  changes: readonly DatabaseChange[] | null;
}

/** Versions of a page: the manifest of each is read. */
const SIZE = 20;

/** null where there are no versions: everywhere but with storage `s3`. */
export async function versionsPage(context: PageContext): Promise<VersionsPage | null> {
  const { site, visitor, config, request, links } = context;
  const { history, version: current } = site;
  if (history === undefined || current === null) return null;
  const { allow_time_travel: isAllowed, time_travel_from: first } = config.settings;
  const names = new Set(site.databases.map(({ name }) => name));
  const isShown = (database: string) => names.has(database) && visitor.mayTravel(database);
  if (!isAllowed) return { current, isAllowed, versions: [], nextHref: null };
  const { versions, next } = await history.list(startOf(request.args.get("_next"), current), SIZE);
  const listed = versions.map((facts, at): ListedVersion => {
    const before = versions[at + 1] ?? next;
    const isKnown = facts.version === 1 || before?.version === facts.version - 1;
    const { version, publishedAt, what } = facts;
    const isVisible =
      version >= first && ((facts.isOpen && isFor(facts, config)) || version === current);
    return {
      version,
      publishedAt,
      what,
      href: isVisible ? `${links.path("/")}?_at=${version}` : null,
      changes:
        isVisible && isKnown
          ? visibleChanges(context, changesBetween(before, facts, isShown))
          : null,
    };
  });
  const older = next === null ? null : encodePairs([["_next", String(next.version)]]);
  const nextHref = older === null ? null : request.absolute(request.withQuery(older));
  return { current, isAllowed, versions: listed, nextHref };
}

function startOf(asked: string | undefined, current: number): number {
  const number = /^\d{1,10}$/.test(asked ?? "") ? Number(asked) : current;
  return Math.max(1, Math.min(number, current));
}

function visibleChanges({ visitor }: PageContext, changes: DatabaseChange[]): DatabaseChange[] {
  return changes.map((change) => ({
    ...change,
    tables: change.tables.filter(({ table }) => visitor.mayViewTable(change.database, table)),
  }));
}
