/** A private, consistent copy of a database that another process may be writing to. */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { DslError } from "../../core/dsl-error.ts";
import { type CheckedFile, checkFile, missingEnd } from "./check-file.ts";
import { copyAside, hasWalIndex } from "./copy-aside.ts";
import { sqliteCode, translateSqliteError } from "./sqlite-errors.ts";

/** How long a writer may keep the database locked before we give up. */
const BUSY_LIMIT_MS = 60_000;
/** Attempts to find the source quiet, where SQLite's locks cannot be used. */
const ATTEMPTS = 20;
const PAUSE_MS = 100;
/** Pages between two reports of progress: 8 MB at the usual 4 KiB, some 15 ms. */
const PAGES_PER_STEP = 2048;

export type SnapshotProgress = (donePages: number, totalPages: number) => void;

/**
 * Copies the database at `path` to the new file `target`: the state after some commit, including
 * what is only in its write-ahead log, in journal mode DELETE, with every page at its place. The same
 * content gives the same bytes. The source and its directory are not changed. Throws a DslError when
 * it cannot be read. Takes 2 to 5 s a gigabyte; in rollback-journal mode writers wait meanwhile.
 */
export async function snapshotDatabase(
  path: string,
  target: string,
  onProgress: SnapshotProgress = () => {},
): Promise<void> {
  const source = await checkFile(path);
  try {
    await copyPages(source, target, onProgress);
    leaveWalMode(target);
  } catch (error) {
    if (sqliteCode(error)?.startsWith("SQLITE_CORRUPT")) {
      const truncated = await missingEnd(path);
      if (truncated !== null) throw truncated;
    }
    throw translateSqliteError(error, path);
  }
}

/** Under SQLite's locks where it can be; otherwise, or when it cannot lock, from a copy of the files. */
async function copyPages(
  source: CheckedFile,
  target: string,
  onProgress: SnapshotProgress,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const done =
      (!(await needsCopy(source)) && (await copyLive(source.file, target, onProgress))) ||
      (await copyFromAside(source.file, target, onProgress));
    if (done) return;
    await sleep(PAUSE_MS);
  }
  throw new DslError(
    "database_busy",
    `${source.path} kept changing while it was copied`,
    "run this again when less is written to it",
  );
}

/**
 * To read a write-ahead log that nobody has open, SQLite would make an index next to it; and
 * better-sqlite3 cuts white space off the end of a file's name.
 */
async function needsCopy({ file, header }: CheckedFile): Promise<boolean> {
  return (header.wal && !(await hasWalIndex(file))) || file !== file.trimEnd();
}

/** Returns false when SQLite would have to write next to the source. */
async function copyLive(
  path: string,
  target: string,
  onProgress: SnapshotProgress,
): Promise<boolean> {
  try {
    await backUp(path, target, true, onProgress);
    return true;
  } catch (error) {
    if (needsWriteAccess(error)) return false;
    throw error;
  }
}

/** Returns false when the source changed meanwhile. */
async function copyFromAside(
  path: string,
  target: string,
  onProgress: SnapshotProgress,
): Promise<boolean> {
  const aside = `${target}.aside`;
  try {
    if (!(await copyAside(path, aside))) return false;
    await backUp(aside, target, false, onProgress);
    return true;
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"])
      await rm(aside + suffix, { force: true });
  }
}

/**
 * SQLite's backup, inside a read transaction that is open before it starts. Without it every commit
 * of a writer between two steps starts the backup over, which under a busy writer never ends.
 * It also spares a trap of better-sqlite3, which takes "busy" on the first step for "done".
 */
async function backUp(
  path: string,
  target: string,
  readonly: boolean,
  onProgress: SnapshotProgress,
): Promise<void> {
  const database = open(path, readonly);
  try {
    await beginRead(database, path);
    await database.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_PER_STEP;
      },
    });
  } finally {
    database.close();
  }
}

async function beginRead(database: Database.Database, path: string): Promise<void> {
  const deadline = Date.now() + BUSY_LIMIT_MS;
  for (;;) {
    try {
      database.exec("BEGIN; SELECT 1 FROM sqlite_schema");
      return;
    } catch (error) {
      if (!sqliteCode(error)?.startsWith("SQLITE_BUSY")) throw error;
      if (database.inTransaction) database.exec("ROLLBACK");
      if (Date.now() > deadline) throw busy(path, error);
      await sleep(5);
    }
  }
}

function open(path: string, readonly: boolean): Database.Database {
  return new Database(path, { readonly, fileMustExist: true, timeout: 0 });
}

/** A hot journal to roll back, a log without index, a directory or file system without locks. */
function needsWriteAccess(error: unknown): boolean {
  const code = sqliteCode(error);
  return (
    code !== null &&
    /^SQLITE_(READONLY|CANTOPEN|PROTOCOL|IOERR_(SHM|LOCK|RDLOCK|UNLOCK|CHECKRESERVEDLOCK))/.test(
      code,
    )
  );
}

function leaveWalMode(target: string): void {
  const database = new Database(target, { fileMustExist: true });
  try {
    database.pragma("journal_mode = DELETE");
  } finally {
    database.close();
  }
}

function busy(path: string, cause: unknown): DslError {
  return new DslError(
    "database_busy",
    `${path} was locked by another process for ${BUSY_LIMIT_MS / 1000} seconds`,
    "wait for the other process to finish its transaction, then run this again",
    { cause },
  );
}
