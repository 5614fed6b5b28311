/** The rows of a table that came, went or changed between two versions. */
import { changedPages } from "../../../core/btree/changed-pages.ts";
import {
  type CompareLimits,
  compareTables,
  type RowChange,
} from "../../../core/btree/compare-tables.ts";
import {
  type BlockFile,
  DamagedDatabase,
  OutOfTime,
  PageFile,
} from "../../../core/btree/page-file.ts";
import { storedTables } from "../../../core/btree/schema-table.ts";
import { clock } from "../../../core/clock.ts";
import { badRequest, type HttpError, notFound } from "../../errors.ts";
import type { Site } from "../../site.ts";
import { openDatabase, type PageContext } from "../context.ts";
import { findOpenTable, openTable } from "../open-table.ts";

export interface ChangesPage {
  database: string;
  table: string;
  from: number;
  to: number;
  /** ISO 8601, UTC. */
  fromPublishedAt: string | null;
  toPublishedAt: string | null;
  primaryKey: readonly string[];
  columns: { before: readonly string[]; after: readonly string[] };
  counts: Record<RowChange["change"], number>;
  rows: readonly RowChange[];
  /** Why these are not all changes; null when they are. */
  stopped: string | null;
}

/** A comparison may take so many times as long as a query. */
const TIMES_A_QUERY = 5;
/** Beyond it only as long as a query may take: the function ends after 29 s, and an answer has to be written. */
const LONGEST_MS = 15_000;
/** Of the rows that are listed: a page of them takes ten times as much memory, and the smallest function has 128 MB. */
const MOST_BYTES = 2_000_000;
const NO_TIME = "too much of the database changed to be compared in time";

/**
 * `?from=6&to=7`; without them what the current version changed.
 * @throws HttpError for versions that are not shown, and tables that are private
 */
export async function changesPage(
  context: PageContext,
  database: string,
  table: string,
): Promise<ChangesPage> {
  await openTable(context, database, table);
  const { args } = context.request;
  const to = versionOf(args.get("to")) ?? context.site.version ?? 0;
  const from = versionOf(args.get("from")) ?? (await versionBefore(context, to));
  return compareVersions(context, database, table, from, to);
}

/** `milliseconds` is the most that it may take; without it what a visitor's request may. */
export async function compareVersions(
  context: PageContext,
  database: string,
  table: string,
  from: number,
  to: number,
  milliseconds = longest(context.config.settings.sql_time_limit_ms),
): Promise<ChangesPage> {
  const ends = clock() + milliseconds;
  const [old, now] = [await siteOf(context, from), await siteOf(context, to)];
  const page: ChangesPage = {
    database,
    table,
    from,
    to,
    fromPublishedAt: old.publishedAt,
    toPublishedAt: now.publishedAt,
    primaryKey: [],
    columns: { before: [], after: [] },
    counts: { added: 0, removed: 0, changed: 0 },
    rows: [],
    stopped: null,
  };
  const before = await blocksOf(context, old, database, table);
  const after = await blocksOf(context, now, database, table);
  if (before === null || after === null) {
    return { ...page, stopped: `the table is not in version ${before === null ? from : to}` };
  }
  const limits = {
    mostRows: context.config.settings.max_returned_rows,
    mostBytes: MOST_BYTES,
    goesOn: () => clock() < ends,
  };
  try {
    const found = await compareFiles(before, after, table, limits);
    const count = (change: RowChange["change"]) =>
      found.rows.filter((row) => row.change === change).length;
    const counts = { added: count("added"), removed: count("removed"), changed: count("changed") };
    return { ...page, ...found, counts };
  } catch (error) {
    if (error instanceof OutOfTime) return { ...page, stopped: NO_TIME };
    if (!(error instanceof DamagedDatabase)) throw error;
    throw badRequest(`The versions cannot be compared: ${error.message}`);
  }
}

function longest(queryMs: number): number {
  return Math.max(queryMs, Math.min(queryMs * TIMES_A_QUERY, LONGEST_MS));
}

type Compared = Pick<ChangesPage, "columns" | "primaryKey" | "rows" | "stopped">;

async function compareFiles(
  before: BlockFile,
  after: BlockFile,
  table: string,
  limits: CompareLimits,
): Promise<Compared> {
  const nothing: Compared = {
    columns: { before: [], after: [] },
    primaryKey: [],
    rows: [],
    stopped: null,
  };
  if (before.blocks.join() === after.blocks.join()) return nothing;
  const [old, now] = [
    await PageFile.open(before, limits.goesOn),
    await PageFile.open(after, limits.goesOn),
  ];
  if (old.pageSize !== now.pageSize) {
    return { ...nothing, stopped: "the pages of the two files have another size" };
  }
  const changed = await changedPages(old, now, limits.goesOn);
  if (changed === null) {
    return { ...nothing, stopped: NO_TIME };
  }
  const find = async (file: PageFile) => {
    const found = (await storedTables(file)).find(({ name }) => name === table);
    if (found !== undefined) return { file, table: found };
    throw badRequest("What changed in views and virtual tables is not known");
  };
  return compareTables(await find(old), await find(now), changed, limits);
}

function versionOf(text: string | undefined): number | null {
  if (!text) return null;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw badRequest(`${text.slice(0, 50)} is not the number of a version`);
}

async function versionBefore({ site }: PageContext, version: number): Promise<number> {
  if (site.history === undefined) throw withoutHistory();
  const [before] = version < 2 ? [] : (await site.history.list(version - 1, 1)).versions;
  if (before === undefined) throw notFound(`There is no version before ${version}`);
  return before.version;
}

async function siteOf({ site }: PageContext, version: number): Promise<Site> {
  if (site.history === undefined) throw withoutHistory();
  return site.history.at(String(version));
}

function withoutHistory(): HttpError {
  return badRequest("There are no versions here to compare: they need storage s3");
}

/** null where the version does not have the table. Today's permissions hold for what was there then. */
async function blocksOf(
  context: PageContext,
  site: Site,
  database: string,
  table: string,
): Promise<BlockFile | null> {
  const then = { ...context, site };
  const open = await openDatabase(then, database);
  if (findOpenTable(then, open, table) === null) return null;
  return (await open.database.blocks?.()) ?? null;
}
