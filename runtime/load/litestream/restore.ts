/** A database made of the files of a Litestream replica. */
import { open } from "node:fs/promises";
import { eachConcurrently } from "../../core/concurrency.ts";
import { damaged, decodeHeader, HEADER_BYTES } from "./ltx-header.ts";
import { readLtx } from "./read-ltx.ts";
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
}

const HEADERS_AT_ONCE = 16;

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
  try {
    let done: Restored = { txid: 0n, timestamp: 0, files: 0, size: 0 };
    let checksum: bigint | null = null;
    for (const [index, ltx] of plan.entries()) {
      onFile(index, plan.length);
      const { header, postApplyChecksum } = await readLtx(
        ltx.key,
        replica.read(ltx),
        async (page, data) => {
          await file.write(data, 0, data.length, (page - 1) * data.length);
        },
      );
      checkName(ltx, header);
      const follows = ltx.minTxid === done.txid + 1n;
      if (follows && checksum !== null && header.hasChecksums) {
        if (header.preApplyChecksum !== checksum) {
          throw damaged(ltx.key, "it was not made after the file before it");
        }
      }
      checksum = postApplyChecksum;
      const size = header.commit * header.pageSize;
      await file.truncate(size);
      done = { txid: ltx.maxTxid, timestamp: header.timestamp, files: index + 1, size };
    }
    return done;
  } finally {
    await file.close();
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
