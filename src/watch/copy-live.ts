/** The pages of a database that others write to, as they are after some commit. */
import { fstatSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { BLOCK_SIZE } from "../../runtime/core/format/manifest.ts";
import { writeAllSync } from "../../runtime/core/write-all.ts";
import type { Size } from "../../runtime/publisher/database/mirror.ts";
import { HEADER_SIZE, parseSqliteHeader } from "../../runtime/publisher/database/sqlite-header.ts";
import { EMPTY_LOG, type LogPlace, withLog } from "./log-reader.ts";
import {
  beginning,
  parseWalHeader,
  readChanges,
  sameLog,
  WAL_HEADER,
  type WalChanges,
  type WalHeader,
} from "./wal.ts";

const BLOCKS_PER_TURN = 8;

/** The database's main file, open, and where its log is. */
export interface LiveFiles {
  file: number;
  realPath: string;
}

export interface Copied {
  size: Size;
  isWal: boolean;
  /** Up to where the log is in the copy. */
  place: LogPlace;
}

/**
 * To be called in a read transaction: no page of the main file is then newer than the last commit that the log
 * shows, and what the log shows is taken from there. The copy may so be of a later commit than the transaction
 * sees. null when the log was begun anew meanwhile. Throws a DslError that names `path`.
 */
export async function copyLive(
  { file, realPath }: LiveFiles,
  path: string,
  target: number,
): Promise<Copied | null> {
  const start = Buffer.alloc(HEADER_SIZE);
  const header = parseSqliteHeader(start.subarray(0, readSync(file, start, 0, HEADER_SIZE, 0)));
  if (header === null) throw notADatabase(path);
  const { pageSize, wal: isWal } = header;
  const logPath = `${realPath}-wal`;
  const logged = isWal ? readLog(logPath) : null;
  const pageCount =
    logged?.pageCount ?? header.pageCount ?? Math.floor(fstatSync(file).size / pageSize);
  const size = pageCount * pageSize;
  for (let at = 0; at < size; at += BLOCK_SIZE) {
    const block = Buffer.alloc(Math.min(BLOCK_SIZE, size - at));
    readSync(file, block, 0, block.length, at);
    if (logged !== null) overlay(logPath, block, at / pageSize + 1, pageSize, logged.pages);
    writeAllSync(target, block, at);
    if ((at / BLOCK_SIZE) % BLOCKS_PER_TURN === 0) await breathe();
  }
  const after = isWal ? withLog(logPath, (log) => log && headerOf(log.read)) : null;
  const isSame =
    logged === null ? after === null : after !== null && sameLog(after, logged.end.header);
  return isSame ? { size: { pageSize, pageCount }, isWal, place: logged?.end ?? EMPTY_LOG } : null;
}

/** All that the log shows; null where there is none, or nothing in it yet. */
function readLog(path: string): WalChanges | null {
  return withLog(path, (log) => {
    const header = log && headerOf(log.read);
    return log && header && readChanges(log.read, beginning(header));
  });
}

function headerOf(read: (offset: number, length: number) => Buffer): WalHeader | null {
  return parseWalHeader(read(0, WAL_HEADER));
}

/** Puts the pages that are in the log into a block that begins with page `first`. */
function overlay(
  logPath: string,
  block: Buffer,
  first: number,
  pageSize: number,
  places: ReadonlyMap<number, number>,
): void {
  const pages = Array.from({ length: block.length / pageSize }, (_, i) => first + i);
  const logged = pages.filter((page) => places.has(page));
  if (logged.length === 0) return;
  withLog(logPath, (log) => {
    for (const page of logged) {
      log?.read(places.get(page)!, pageSize).copy(block, (page - first) * pageSize);
    }
  });
}

function notADatabase(path: string): DslError {
  return new DslError(
    "not_a_database",
    `${path} is no SQLite database any more`,
    "restore it from a backup; what is published stays as it is",
  );
}
