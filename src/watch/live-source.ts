/**
 * A database that others write to, as a follower sees it: it tells of commits, gives the pages that they have
 * changed, and can be copied as it is after a commit. The database is opened read-only and nothing is written
 * into it; writers wait for nothing but, in rollback-journal mode, a copy.
 *
 * The main file stays open as long as SQLite has it open: closing a descriptor of a file drops all POSIX
 * locks that the process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { checkFile } from "../../runtime/publisher/database/check-file.ts";
import { translateFileError } from "../../runtime/publisher/database/file-errors.ts";
import type { Changes, Size } from "../../runtime/publisher/database/mirror.ts";
import {
  sqliteCode,
  translateSqliteError,
} from "../../runtime/publisher/database/sqlite-errors.ts";
import { copyLive } from "./copy-live.ts";
import { type LogPlace, readLogSince } from "./log-reader.ts";
import type { Source } from "./source.ts";

/** Of changed pages that are kept in memory; beyond it the whole file is copied instead. */
const MOST_PENDING = 128 * 1024 * 1024;
/** How long a writer may keep the database locked before we give up. */
const BUSY_LIMIT_MS = 60_000;
/** Times that a log was begun anew while the file was copied. */
const COPY_ATTEMPTS = 20;

interface Opened {
  /** Idle but for asking whether somebody has committed. */
  connection: Database.Database;
  askVersion: Database.Statement<[], number>;
  /** Of the main file. */
  file: number;
  /** Without symbolic links: SQLite keeps the log next to what they lead to. */
  realPath: string;
  identity: string;
}

/** The log may not have told everything: after so long the whole file is read once more. */
const CHECK_MS = 3_600_000;

export class LiveSource implements Source {
  readonly path: string;
  readonly checkMs = CHECK_MS;
  #opened: Opened | null = null;
  #dataVersion: number | null = null;
  #place: LogPlace | null = null;
  #pageCount = 0;
  #pending = new Map<number, Buffer>();
  #hasShrunk = false;
  #mustCopy = true;
  #isWal = true;

  constructor(path: string) {
    this.path = path;
  }

  /** Whether only a copy of the whole can tell what the database is now. */
  get mustCopy(): boolean {
    return this.#mustCopy;
  }

  /** Whether there is something that was not taken yet. */
  get hasNews(): boolean {
    return this.#mustCopy || this.#pending.size > 0;
  }

  /** False in rollback-journal mode: then each change needs a copy of the whole. */
  get isWal(): boolean {
    return this.#isWal;
  }

  /** The place in the log up to which everything is known; changes with every commit. */
  get place(): LogPlace | null {
    return this.#place;
  }

  /** Throws a DslError for what is no readable database. */
  async open(): Promise<void> {
    this.close();
    const { file: realPath } = await checkFile(this.path);
    try {
      const file = openSync(realPath, "r");
      const connection = new Database(realPath, {
        readonly: true,
        fileMustExist: true,
        timeout: 0,
      });
      const askVersion = connection.prepare<[], number>("PRAGMA data_version").pluck();
      this.#opened = { connection, askVersion, file, realPath, identity: identityOf(file) };
    } catch (error) {
      throw translateFileError(translateSqliteError(error, this.path), this.path);
    }
    this.#mustCopy = true;
  }

  close(): void {
    if (this.#opened === null) return;
    this.#opened.connection.close();
    closeSync(this.#opened.file);
    this.#opened = null;
  }

  /** Makes the next copy one of the whole. */
  distrust(): void {
    this.#mustCopy = true;
    this.#pending.clear();
  }

  /**
   * Looks for commits; to be called often. Takes some 20 µs when there are none. Throws a DslError when the
   * file is gone or was replaced: `open` it again then.
   */
  look(): void {
    const opened = this.#require();
    this.#checkIdentity(opened);
    const version = askVersion(opened, this.path);
    if (version === null || version === this.#dataVersion) return;
    this.#dataVersion = version;
    if (this.#mustCopy) return;
    const place = this.#isWal ? this.#place : null;
    const room = MOST_PENDING - bytesOf(this.#pending);
    const changes = place && readLogSince(`${opened.realPath}-wal`, place, room);
    if (changes === null) {
      this.distrust();
      return;
    }
    this.#place = changes.end;
    if (changes.pageCount === null) return;
    for (const [page, bytes] of changes.pages) this.#pending.set(page, bytes);
    if (changes.fewestPages < this.#pageCount) {
      this.#hasShrunk = true;
      for (const page of this.#pending.keys()) {
        if (page > changes.pageCount) this.#pending.delete(page);
      }
    }
    this.#pageCount = changes.pageCount;
  }

  /** What has changed since the last time; not to be called when the whole must be copied. */
  take(): Changes {
    const changes = {
      pages: this.#pending,
      pageCount: this.#pageCount,
      hasShrunk: this.#hasShrunk,
    };
    this.#pending = new Map();
    this.#hasShrunk = false;
    return changes;
  }

  /**
   * Writes the whole database as it is after some commit into the file `target`, which others do not read.
   * A read transaction is open meanwhile: the log then grows, and is not begun anew. Throws a DslError.
   */
  async copyTo(target: number): Promise<Size> {
    const opened = this.#require();
    this.distrust();
    for (let attempt = 1; attempt <= COPY_ATTEMPTS; attempt++) {
      this.#dataVersion = askVersion(opened, this.path);
      await beginRead(opened, this.path);
      try {
        const copied = await copyLive(opened, this.path, target);
        if (copied === null) continue;
        this.#isWal = copied.isWal;
        this.#place = copied.place;
        this.#pageCount = copied.size.pageCount;
        this.#hasShrunk = false;
        this.#mustCopy = false;
        return copied.size;
      } catch (error) {
        throw translateFileError(translateSqliteError(error, this.path), this.path);
      } finally {
        if (opened.connection.open) opened.connection.exec("ROLLBACK");
      }
    }
    throw new DslError(
      "database_busy",
      `The write-ahead log of ${this.path} was begun anew again and again while it was copied`,
      "this is tried again; a smaller wal_autocheckpoint makes it worse, a larger one better",
    );
  }

  #require(): Opened {
    if (this.#opened === null) throw new Error(`${this.path} is not open`);
    return this.#opened;
  }

  #checkIdentity({ realPath, identity }: Opened): void {
    let found: string;
    try {
      const { dev, ino } = statSync(realPath);
      found = `${dev} ${ino}`;
    } catch (error) {
      throw translateFileError(error, this.path);
    }
    if (found === identity) return;
    throw new DslError(
      "file_replaced",
      `${this.path} is another file than before`,
      "it is opened again by itself",
    );
  }
}

/** Counts up with every commit of somebody else; null while a writer has the file locked. */
function askVersion({ askVersion: statement }: Opened, path: string): number | null {
  try {
    return statement.get() ?? null;
  } catch (error) {
    if (sqliteCode(error)?.startsWith("SQLITE_BUSY")) return null;
    throw translateSqliteError(error, path);
  }
}

/** Of pages, which are all of one size. */
function bytesOf(pages: ReadonlyMap<number, Buffer>): number {
  const [first] = pages.values();
  return pages.size * (first?.length ?? 0);
}

async function beginRead({ connection }: Opened, path: string): Promise<void> {
  const deadline = performance.now() + BUSY_LIMIT_MS;
  for (;;) {
    try {
      connection.exec("BEGIN; SELECT 1 FROM sqlite_schema");
      return;
    } catch (error) {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      const code = sqliteCode(error);
      if (code === "SQLITE_READONLY_ROLLBACK") throw interrupted(path, error);
      const isBusy = code?.startsWith("SQLITE_BUSY");
      if (!isBusy || performance.now() > deadline) throw translateSqliteError(error, path);
      await sleep(5);
    }
  }
}

function identityOf(file: number): string {
  const { dev, ino } = fstatSync(file);
  return `${dev} ${ino}`;
}

function interrupted(path: string, cause: unknown): DslError {
  return new DslError(
    "unfinished_transaction",
    `A writer of ${path} has died in the middle of a transaction, and only a writer may undo that`,
    "start the program that writes it, or open it once: sqlite3 with the path and .tables",
    { cause },
  );
}
