/** A database made of the files of a Litestream replica. */
import { open } from "node:fs/promises";
import { eachConcurrently } from "../../core/concurrency.ts";
import { writeAll } from "../../core/write-all.ts";
import { damaged, decodeHeader, HEADER_BYTES, type LtxHeader, lockPage } from "./ltx-header.ts";
import { type OnPage, readLtx } from "./read-ltx.ts";
import type { Replica } from "./replica.ts";
import { checkNoGap, filesUntil, type LtxFile, planRestore } from "./restore-plan.ts";

export interface Restored {
  /** The last transaction in the database. */
  txid: bigint;
  /** Milliseconds since 1970: when the last file begins. */
  timestamp: number;
  files: number;
  /** Bytes of the database. */
  size: number;
  pageSize: number;
}

const HEADERS_AT_ONCE = 16;

/** Where the pages of a database go. */
export interface Target {
  /** `data` is only good until it resolves. */
  write(page: number, data: Buffer): void | Promise<void>;
  /** What comes after this many bytes is not a part of it any more. */
  truncate(size: number): void | Promise<void>;
}

/**
 * Writes the database as it was at `at` (milliseconds since 1970; null for the latest state) to `path`,
 * which must not exist. Every file is read whole and its checksum verified.
 * @throws LoadError, and errors of the file system and the store
 */
export async function restore(
  replica: Replica,
  at: number | null,
  path: string,
  onFile: (done: number, all: number) => void = () => {},
): Promise<Restored> {
  const plan = await filesToApply(replica, at);
  const file = await open(path, "wx+");
  const target: Target = {
    write: (page, data) => writeAll(file, data, (page - 1) * data.length),
    truncate: (size) => file.truncate(size),
  };
  try {
    return await applyFiles(replica, plan, target, onFile);
  } finally {
    await file.close();
  }
}

/** Writes what these files lead to; the first one is a snapshot. Throws as `restore`. */
export async function applyFiles(
  replica: Replica,
  plan: readonly LtxFile[],
  target: Target,
  onFile: (done: number, all: number) => void = () => {},
): Promise<Restored> {
  let done: Restored = { txid: 0n, timestamp: 0, files: 0, size: 0, pageSize: 0 };
  const chain = new Chain();
  for (const [index, ltx] of plan.entries()) {
    onFile(index, plan.length);
    const header = await chain.read(replica, ltx, target.write);
    const { pageSize, timestamp } = header;
    const size = header.commit * pageSize;
    await target.truncate(size);
    done = { txid: ltx.maxTxid, timestamp, files: index + 1, size, pageSize };
  }
  return done;
}

/** Files that are read one after the other, each of which must have been made after the one before. */
export class Chain {
  #end: { txid: bigint; checksum: bigint | null } | null = null;
  #size: { pageSize: number; pageCount: number };

  /** `size` is that of the database before the first file. */
  constructor(size = { pageSize: 0, pageCount: 0 }) {
    this.#size = size;
  }

  /** The file's header, when it was read whole and is right. Throws as `restore`. */
  async read(replica: Replica, ltx: LtxFile, onPage: OnPage): Promise<LtxHeader> {
    const pieces = replica.read(ltx);
    let beyond = 0;
    const { header, postApplyChecksum } = await readLtx(ltx.key, pieces, (number, data) => {
      const { pageSize, pageCount } = this.#size;
      if (pageSize !== data.length || number > pageCount) beyond++;
      return onPage(number, data);
    });
    checkName(ltx, header);
    checkGrowth(ltx, header, this.#size, beyond);
    this.#size = { pageSize: header.pageSize, pageCount: header.commit };
    const end = this.#end;
    if (ltx.minTxid - 1n === end?.txid && end.checksum !== null && header.hasChecksums) {
      if (header.preApplyChecksum !== end.checksum) {
        throw damaged(ltx.key, "it was not made after the file before it");
      }
    }
    this.#end = { txid: ltx.maxTxid, checksum: postApplyChecksum };
    return header;
  }
}

async function filesToApply(replica: Replica, at: number | null): Promise<LtxFile[]> {
  const files = await replica.files();
  if (at === null) {
    const plan = planRestore(files, replica.name);
    checkNoGap(plan, files, replica.name);
    return plan;
  }
  const timestamps = new Map<string, number>();
  await eachConcurrently(files, HEADERS_AT_ONCE, async (file) => {
    const header = decodeHeader(await replica.start(file, HEADER_BYTES), file.key);
    timestamps.set(file.key, header.timestamp);
  });
  return planRestore(filesUntil(files, timestamps, at), replica.name);
}

function checkName({ key, ...named }: LtxFile, header: { minTxid: bigint; maxTxid: bigint }): void {
  if (named.minTxid === header.minTxid && named.maxTxid === header.maxTxid) return;
  throw damaged(key, `it has transactions ${header.minTxid} to ${header.maxTxid}`);
}

/**
 * SQLite writes each page by which a database grows: a size that a file only claims would be a hole of terabytes.
 * `beyond`: how many pages the file has that were not there.
 */
function checkGrowth(
  { key }: LtxFile,
  { pageSize, commit }: LtxHeader,
  size: { pageSize: number; pageCount: number },
  beyond: number,
): void {
  const before = size.pageSize === pageSize ? size.pageCount : 0;
  const lock = lockPage(pageSize);
  const grown = commit - before - (before < lock && lock <= commit ? 1 : 0);
  if (beyond >= grown) return;
  throw damaged(key, `it has ${beyond} of the ${grown} pages by which the database grows`);
}
