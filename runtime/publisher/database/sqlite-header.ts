/** The 100 bytes at the start of a SQLite file: https://www.sqlite.org/fileformat2.html#the_database_header */

export const HEADER_SIZE = 100;

export interface SqliteHeader {
  pageSize: number;
  /** Pages of the database; null where the field is not kept up (written by a SQLite before 3.7). */
  pageCount: number | null;
  /** True when the file is in write-ahead-log mode. */
  wal: boolean;
}

/** Reads the header; null when the bytes are not the start of a SQLite 3 database. */
export function parseSqliteHeader(bytes: Buffer): SqliteHeader | null {
  if (bytes.length < HEADER_SIZE || bytes.toString("latin1", 0, 16) !== "SQLite format 3\0") {
    return null;
  }
  const storedPageSize = bytes.readUInt16BE(16);
  const changeCounter = bytes.readUInt32BE(24);
  const pageCountValidFor = bytes.readUInt32BE(92);
  const pageCount = bytes.readUInt32BE(28);
  return {
    pageSize: storedPageSize === 1 ? 65_536 : storedPageSize,
    pageCount: pageCount > 0 && changeCounter === pageCountValidFor ? pageCount : null,
    wal: bytes[18] === 2,
  };
}
