/** Whether every database of a version can be read: what a deployment asks before it calls a site live. */
import type { TableInspection } from "../core/format/inspection.ts";
import { logError } from "../core/log.ts";
import { quoteIdentifier } from "../core/names.ts";
import { HttpError } from "./errors.ts";
import type { Site, SiteDatabase } from "./site.ts";

/** Longest that a request waits; what is opened meanwhile stays open for the next one. */
const PATIENCE_MS = 15_000;
/** For one statement. */
const TIME_LIMIT_MS = 5_000;
const TRIES = 5;

/** Each version is verified once, however many ask; a failure is forgotten, so that it can be tried again. */
const verifications = new WeakMap<Site, Promise<void>>();

/**
 * Opens every database of the site and reads a row of each. Resolves with false when that is not done
 * within the patience of one request: it goes on, and the next call waits for the rest. Throws
 * HttpError 500 without a name in it, because databases may be private; the log has it all.
 */
export async function verifySite(site: Site, patienceMs = PATIENCE_MS): Promise<boolean> {
  let verification = verifications.get(site);
  if (verification === undefined) {
    verification = readEach(site.databases);
    verifications.set(site, verification);
    verification.catch(() => verifications.delete(site));
  }
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([verification.then(() => true), patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** One after the other: together they would have no more of the network or the CPU. */
async function readEach(databases: readonly SiteDatabase[]): Promise<void> {
  for (const database of databases) {
    try {
      await readRow(database);
    } catch (error) {
      logError(`database ${database.name} cannot be read`, error);
      throw new HttpError(500, "A database of this version cannot be read; the log says which", {
        cause: error,
      });
    }
  }
}

/**
 * The last row of one table: the first ones may be in memory from the start. A virtual table may need
 * what is not here, so there are several tries.
 */
async function readRow({ connect, inspection }: SiteDatabase): Promise<void> {
  const connection = await connect();
  const filled = (inspection?.tables ?? []).filter(({ count }) => count !== 0);
  const statements = filled.slice(0, TRIES).map(lastRowSql);
  let failure: unknown;
  for (const sql of statements.length === 0 ? ["select * from sqlite_schema"] : statements) {
    try {
      connection.query(sql, {}, { asOwner: true, timeLimit: TIME_LIMIT_MS, maxRows: 1 });
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** By an index that there is: it costs a few pages, however many rows there are. */
function lastRowSql({ name, primaryKeys }: TableInspection): string {
  const keys = primaryKeys.length === 0 ? ["rowid"] : primaryKeys.map(quoteIdentifier);
  const order = keys.map((key) => `${key} desc`).join(", ");
  return `select * from ${quoteIdentifier(name)} order by ${order} limit 1`;
}
