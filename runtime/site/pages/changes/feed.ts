/** The last changes of a table, for people who follow data. */
import { clock } from "../../../core/clock.ts";
import { RecentMap } from "../../../core/sqlite/recent-map.ts";
import { badRequest, forbidden, HttpError } from "../../errors.ts";
import { changesBetween, isFor, type VersionFacts } from "../../history/version-facts.ts";
import type { PageContext } from "../context.ts";
import { openTable } from "../open-table.ts";
import { compareVersions } from "./changes-page.ts";

export interface Feed {
  /** An IRI that stays the same. */
  id: string;
  title: string;
  /** Absolute. */
  selfHref: string;
  pageHref: string;
  /** ISO 8601, UTC. */
  updated: string;
  author: string;
  /** The newest first. */
  entries: readonly FeedEntry[];
}

export interface FeedEntry {
  id: string;
  title: string;
  href: string;
  updated: string;
  summary: string;
}

const MOST_ENTRIES = 10;
/** Comparing takes at most so long for a whole feed; what is left is described by its numbers of rows. */
const TIME_MS = 3_000;

/** What two versions differ in is the same for ever, so it is worked out once. */
const known = new RecentMap<string>(500);
const NOTHING = "nothing";

/** @throws HttpError where the table is private, or there are no versions */
export async function feedOf(context: PageContext, database: string, table: string): Promise<Feed> {
  const { site, links, config } = context;
  await openTable(context, database, table);
  if (site.history === undefined || site.version === null) {
    throw badRequest("There is no feed here: it needs versions, which storage s3 has");
  }
  if (!config.settings.allow_time_travel) {
    throw forbidden("Earlier versions are not shown on this site");
  }
  const isShown = (facts: VersionFacts) => facts.isOpen && isFor(facts, config);
  const { versions, next } = await site.history.list(site.version, MOST_ENTRIES);
  const ends = clock() + TIME_MS;
  const entries: FeedEntry[] = [];
  for (const [at, after] of versions.entries()) {
    const before = versions[at + 1] ?? next;
    if (before === null || before.version < config.settings.time_travel_from) break;
    if (!isShown(before) || !(isShown(after) || at === 0)) continue;
    const summary = await summaryOf(context, database, table, before, after, ends);
    if (summary === null) continue;
    entries.push({
      id: idOf(links.known, links.table(database, table), after),
      title: `${table}: ${summary}`,
      href: links.lasting(links.changes(database, table, before.version, after.version)),
      updated: after.publishedAt,
      summary: `Version ${after.version}: ${summary}.`,
    });
  }
  return {
    id: idOf(links.known, links.table(database, table), null),
    title: `Changes of ${table} in ${database}`,
    selfHref: links.lasting(links.feed(database, table)),
    pageHref: links.lasting(links.table(database, table)),
    updated: entries[0]?.updated ?? versions.at(-1)?.publishedAt ?? new Date(0).toISOString(),
    author: config.metadata.title ?? site.name ?? "dsl",
    entries,
  };
}

/** https://www.rfc-editor.org/rfc/rfc4151 */
function idOf(origin: string, path: string, version: VersionFacts | null): string {
  const { hostname } = new URL(origin);
  if (version === null) return `tag:${hostname},2026:${path}`;
  return `tag:${hostname},${version.publishedAt.slice(0, 10)}:${path}/${version.version}`;
}

/** null where nothing changed in the table. */
async function summaryOf(
  context: PageContext,
  database: string,
  table: string,
  before: VersionFacts,
  after: VersionFacts,
  ends: number,
): Promise<string | null> {
  const [change] = changesBetween(before, after, (name) => name === database);
  if (change === undefined) return null;
  const versions = [before, after].map(({ version, publishedAt }) => `${version} ${publishedAt}`);
  const key = [context.site.name, database, table, ...versions].join("\n");
  const compared =
    known.get(key) ?? (await comparison(context, database, table, [before, after], ends));
  if (compared !== null) {
    known.set(key, compared);
    return compared === NOTHING ? null : compared;
  }
  const counted = change.tables.find((each) => each.table === table);
  if (counted === undefined) return "values may have changed, as many rows as before";
  if (counted.before === null || counted.after === null) return `the table is ${counted.change}`;
  return `${counted.before} rows before, ${counted.after} now`;
}

/** null where it could not be found out. */
async function comparison(
  context: PageContext,
  database: string,
  table: string,
  [before, after]: [VersionFacts, VersionFacts],
  ends: number,
): Promise<string | null> {
  const left = ends - clock();
  if (left <= 0) return null;
  try {
    const [from, to] = [before.version, after.version];
    const page = await compareVersions(context, database, table, from, to, left);
    if (page.stopped !== null) return null;
    const { added, removed, changed } = page.counts;
    const parts = Object.entries({ added, removed, changed }).filter(([, count]) => count > 0);
    return parts.map(([what, count]) => `${count} ${what}`).join(", ") || NOTHING;
  } catch (error) {
    if (error instanceof HttpError) return null;
    throw error;
  }
}
