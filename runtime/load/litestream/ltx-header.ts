/** The header of an LTX file, version 3: https://github.com/superfly/ltx */
import { LoadError } from "../model/load-error.ts";

export const HEADER_BYTES = 100;

export interface LtxHeader {
  /** Bytes; a power of two from 512 to 65,536. */
  pageSize: number;
  /** Pages of the database after this file. */
  commit: number;
  minTxid: bigint;
  maxTxid: bigint;
  /** Milliseconds since 1970; of a compacted file, when its first transaction was. */
  timestamp: number;
  /** The file has checksums of the whole database before and after it. */
  hasChecksums: boolean;
  preApplyChecksum: bigint;
}

const NO_CHECKSUM = 0x02;

/** @throws LoadError for what is no LTX file, or one that is damaged, encrypted or of another kind */
export function decodeHeader(bytes: Buffer, name: string): LtxHeader {
  const magic = bytes.toString("latin1", 0, 4);
  if (magic === "LTX4") {
    throw new LoadError(
      "ltx_encrypted",
      `${name} is encrypted`,
      "decrypt the replica with the tool that made it, and name the copy",
    );
  }
  if (bytes.length < HEADER_BYTES || magic !== "LTX1") throw damaged(name, "it has no LTX header");
  const flags = bytes.readUInt32BE(4);
  const pageSize = bytes.readUInt32BE(8);
  const header: LtxHeader = {
    pageSize,
    commit: bytes.readUInt32BE(12),
    minTxid: bytes.readBigUInt64BE(16),
    maxTxid: bytes.readBigUInt64BE(24),
    timestamp: Number(bytes.readBigUInt64BE(32)),
    hasChecksums: (flags & NO_CHECKSUM) === 0,
    preApplyChecksum: bytes.readBigUInt64BE(40),
  };
  if ((flags & ~NO_CHECKSUM) !== 0) throw damaged(name, `its flags are ${flags}`);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (!isPowerOfTwo || pageSize < 512 || pageSize > 65_536) {
    throw damaged(name, `its page size is ${pageSize}`);
  }
  if (header.minTxid < 1n || header.maxTxid < header.minTxid) {
    throw damaged(name, `its transactions are ${header.minTxid} to ${header.maxTxid}`);
  }
  return header;
}

/** A snapshot has all pages: it needs no file before it. */
export function isSnapshot({ minTxid }: { minTxid: bigint }): boolean {
  return minTxid === 1n;
}

/** SQLite locks this page's bytes and never writes it. https://www.sqlite.org/fileformat2.html#the_lock_byte_page */
export function lockPage(pageSize: number): number {
  return 0x4000_0000 / pageSize + 1;
}

export function damaged(name: string, why: string, cause?: unknown): LoadError {
  return new LoadError(
    "ltx_damaged",
    `${name} cannot be read: ${why}`,
    "litestream restore, to see whether Litestream can read it; a new snapshot repairs the replica",
    { cause },
  );
}
