/**
 * Which pages a transaction has changed: its write-ahead log says it.
 * File format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { closeSync, openSync, readSync } from "node:fs";

const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * The numbers (from 0) of the pages in the log at `path`, which must have been empty before the
 * transaction; none when there is no log.
 */
export function pagesInLog(path: string): Set<number> {
  const pages = new Set<number>();
  const descriptor = openIfThere(path);
  if (descriptor === null) return pages;
  try {
    const header = Buffer.alloc(HEADER);
    if (readSync(descriptor, header, 0, HEADER, 0) < HEADER) return pages;
    const pageSize = header.readUInt32BE(8);
    const number = Buffer.alloc(4);
    for (let at = HEADER; readSync(descriptor, number, 0, 4, at) === 4; ) {
      pages.add(number.readUInt32BE(0) - 1);
      at += FRAME_HEADER + pageSize;
    }
    return pages;
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
