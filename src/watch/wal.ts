/**
 * Reads the write-ahead log of a database that others write to: which pages the committed transactions after
 * a known place have changed. Nothing here opens a file or takes a lock.
 * Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */

export const WAL_HEADER = 32;
const FRAME_HEADER = 24;
/** Bytes that are read at a time. */
const CHUNK = 1024 * 1024;
const MAGIC = 0x377f0682;

/** Two running sums, as the log's checksums are computed. */
export type Sums = readonly [number, number];

export interface WalHeader {
  /** Bytes. */
  pageSize: number;
  /** How often a log was begun anew since the file was made. */
  sequence: number;
  /** Counted up by one whenever the log is begun anew. */
  salt1: number;
  /** Random, another one whenever the log is begun anew. */
  salt2: number;
  /** Of the header: what the checksums of the frames go on from. */
  sums: Sums;
  /** Whether the checksums take words in big-endian order. */
  isBigEndian: boolean;
}

/** A place in a log: everything up to the `frames`th frame of this generation of it. */
export interface WalMark {
  header: WalHeader;
  frames: number;
  sums: Sums;
}

/** What came after a mark. */
export interface WalChanges {
  /** After the last committed frame; the mark itself where there is none. */
  end: WalMark;
  /** Where the newest committed content of each page begins in the log; pages are counted from 1. */
  pages: Map<number, number>;
  /** Pages of the database after the last commit; null where nothing was committed. */
  pageCount: number | null;
  /** The fewest that there were after any of the commits. */
  fewestPages: number;
  /** Frames of this generation, those of a transaction that is not committed (yet) included. */
  validFrames: number;
}

/** Reads up to `length` bytes at `offset` of the log; fewer where it ends. */
export type ReadLog = (offset: number, length: number) => Buffer;

/** null for bytes that are no header of a log: an empty file, or one that is just being written. */
export function parseWalHeader(bytes: Buffer): WalHeader | null {
  if (bytes.length < WAL_HEADER) return null;
  const magic = bytes.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return null;
  const isBigEndian = magic === MAGIC + 1;
  const sums = checksum(bytes, 0, 24, [0, 0], isBigEndian);
  if (bytes.readUInt32BE(24) !== sums[0] || bytes.readUInt32BE(28) !== sums[1]) return null;
  const pageSize = bytes.readUInt32BE(8);
  return {
    pageSize,
    sequence: bytes.readUInt32BE(12),
    salt1: bytes.readUInt32BE(16),
    salt2: bytes.readUInt32BE(20),
    sums,
    isBigEndian,
  };
}

/** The beginning of a log: nothing of it is known yet. */
export function beginning(header: WalHeader): WalMark {
  return { header, frames: 0, sums: header.sums };
}

export function sameLog(one: WalHeader, other: WalHeader): boolean {
  return one.salt1 === other.salt1 && one.salt2 === other.salt2;
}

/** Whether `next` is the log that SQLite begins when it has written all of `before` into the database. */
export function follows(next: WalHeader, before: WalHeader): boolean {
  return next.salt1 === (before.salt1 + 1) >>> 0 && next.pageSize === before.pageSize;
}

/**
 * Reads on from a mark up to the last commit. A frame counts only when its salts and its checksum, which goes
 * on from frame to frame, are right: what an older log has left behind is never taken for a part of this one.
 */
export function readChanges(read: ReadLog, from: WalMark): WalChanges {
  const { header } = from;
  const frameSize = FRAME_HEADER + header.pageSize;
  const perChunk = Math.max(1, Math.floor(CHUNK / frameSize));
  const changes: WalChanges = {
    end: from,
    pages: new Map(),
    pageCount: null,
    fewestPages: Number.POSITIVE_INFINITY,
    validFrames: from.frames,
  };
  let pending = new Map<number, number>();
  let sums = from.sums;
  for (let frame = from.frames; ; ) {
    const at = frameOffset(frame, header.pageSize);
    const chunk = read(at, perChunk * frameSize);
    const whole = Math.floor(chunk.length / frameSize);
    for (let i = 0; i < whole; i++) {
      const offset = i * frameSize;
      const next = checkFrame(chunk, offset, frameSize, header, sums);
      if (next === null) return changes;
      sums = next;
      frame++;
      changes.validFrames = frame;
      pending.set(chunk.readUInt32BE(offset), at + offset + FRAME_HEADER);
      const pageCount = chunk.readUInt32BE(offset + 4);
      if (pageCount === 0) continue;
      for (const [page, place] of pending) changes.pages.set(page, place);
      pending = new Map();
      changes.pageCount = pageCount;
      changes.fewestPages = Math.min(changes.fewestPages, pageCount);
      changes.end = { header, frames: frame, sums };
    }
    if (whole < perChunk) return changes;
  }
}

/** Where a frame (from 0) begins in the log. */
export function frameOffset(frame: number, pageSize: number): number {
  return WAL_HEADER + frame * (FRAME_HEADER + pageSize);
}

/** The sums after the frame; null for one that is not of this log. */
function checkFrame(
  chunk: Buffer,
  offset: number,
  frameSize: number,
  { salt1, salt2, isBigEndian }: WalHeader,
  sums: Sums,
): Sums | null {
  if (chunk.readUInt32BE(offset + 8) !== salt1) return null;
  if (chunk.readUInt32BE(offset + 12) !== salt2) return null;
  const head = checksum(chunk, offset, offset + 8, sums, isBigEndian);
  const all = checksum(chunk, offset + FRAME_HEADER, offset + frameSize, head, isBigEndian);
  const isRight =
    chunk.readUInt32BE(offset + 16) === all[0] && chunk.readUInt32BE(offset + 20) === all[1];
  return isRight && chunk.readUInt32BE(offset) > 0 ? all : null;
}

/** https://www.sqlite.org/fileformat2.html#checksum_algorithm */
function checksum(
  bytes: Buffer,
  start: number,
  end: number,
  [first, second]: Sums,
  isBigEndian: boolean,
): Sums {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let a = first;
  let b = second;
  for (let at = start; at < end; at += 8) {
    a = (a + view.getUint32(at, !isBigEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, !isBigEndian) + a) >>> 0;
  }
  return [a, b];
}
