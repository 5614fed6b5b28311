/**
 * What the write-ahead log says of the commits since a known place, gapless or not at all. Takes no lock: a log
 * is only appended to, or begun anew when all of it is in the database, and both can be seen afterwards.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isErrno } from "../../runtime/publisher/database/file-errors.ts";
import {
  beginning,
  follows,
  frameOffset,
  parseWalHeader,
  type ReadLog,
  readChanges,
  sameLog,
  WAL_HEADER,
  type WalChanges,
  type WalHeader,
  type WalMark,
} from "./wal.ts";

/** Times that the log was begun anew while it was read. */
const ATTEMPTS = 5;

/** A log that is not there, or has not even a header: everything is in the database itself. */
export const EMPTY_LOG = "empty";
export type LogPlace = WalMark | typeof EMPTY_LOG;

export interface LogChanges {
  end: LogPlace;
  /** The newest committed content of each page, counted from 1. */
  pages: Map<number, Buffer>;
  /** null: nothing was committed. */
  pageCount: number | null;
  fewestPages: number;
}

/** An open log. */
export interface OpenLog {
  read: ReadLog;
  size: number;
}

/** Opens the log at `path` for as long as `work` takes; null for one that is not there. */
export function withLog<T>(path: string, work: (log: OpenLog | null) => T): T {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return work(null);
    throw error;
  }
  try {
    const read: ReadLog = (offset, length) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    };
    return work({ read, size: fstatSync(file).size });
  } finally {
    closeSync(file);
  }
}

/**
 * The commits after `from`; null when the log does not have all of them any more, so that only the database
 * itself can tell. At most `mostBytes` of pages are read, and beyond that it is null, too.
 */
export function readLogSince(path: string, from: LogPlace, mostBytes: number): LogChanges | null {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = withLog(path, (log) => tryToRead(log, from, mostBytes));
    if (found !== "changed") return found;
  }
  return null;
}

function tryToRead(
  log: OpenLog | null,
  from: LogPlace,
  mostBytes: number,
): LogChanges | null | "changed" {
  const header = log && parseWalHeader(log.read(0, WAL_HEADER));
  if (log === null || header === null) return from === EMPTY_LOG ? nothing(from) : null;
  const parts = partsOf(log, header, from);
  if (parts === null) return null;
  const { pageSize } = header;
  const changes = nothing(parts.at(-1)!.end);
  for (const part of parts) {
    if (part.pageCount === null) continue;
    if ((changes.pages.size + part.pages.size) * pageSize > mostBytes) return null;
    for (const [page, at] of part.pages) changes.pages.set(page, log.read(at, pageSize));
    changes.pageCount = part.pageCount;
    changes.fewestPages = Math.min(changes.fewestPages, part.fewestPages);
  }
  const after = parseWalHeader(log.read(0, WAL_HEADER));
  if (after === null || !sameLog(after, header)) return "changed";
  const [, anew] = parts;
  if (anew !== undefined && !isIntact(log.read, anew, from)) return null;
  for (const page of changes.pages.keys()) {
    if (page > (changes.pageCount ?? 0)) changes.pages.delete(page);
  }
  return changes;
}

function nothing(end: LogPlace): LogChanges {
  return { end, pages: new Map(), pageCount: null, fewestPages: Number.POSITIVE_INFINITY };
}

/** The rest of the log that was known and what was begun after it, one or both; null where there is a gap. */
function partsOf(log: OpenLog, header: WalHeader, from: LogPlace): WalChanges[] | null {
  if (from === EMPTY_LOG) {
    return header.sequence === 0 ? [readChanges(log.read, beginning(header))] : null;
  }
  if (sameLog(header, from.header)) return [readChanges(log.read, from)];
  if (!follows(header, from.header)) return null;
  const rest = readChanges(log.read, from);
  // A log that was cut off may have had more: an end in the middle of a frame says so, or one before the mark.
  const { pageSize } = header;
  const isCut =
    log.size < frameOffset(rest.validFrames, pageSize) ||
    (log.size > frameOffset(rest.validFrames, pageSize) &&
      log.size < frameOffset(rest.validFrames + 1, pageSize));
  if (isCut) return null;
  return [rest, readChanges(log.read, beginning(header))];
}

/** Whether what was begun anew has not yet been written over what is behind the mark. */
function isIntact(read: ReadLog, anew: WalChanges, from: LogPlace): boolean {
  const { validFrames } = readChanges(read, beginning(anew.end.header));
  return from !== EMPTY_LOG && validFrames < from.frames;
}
