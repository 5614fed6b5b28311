/** Which files of a replica make a database. Pure. */
import { LoadError } from "../model/load-error.ts";

/** An LTX file of a replica, by its key: `ltx/<level>/<min>-<max>.ltx`. */
export interface LtxFile {
  key: string;
  /** 0: one transaction or few; higher ones: many; 9: snapshots. */
  level: number;
  minTxid: bigint;
  maxTxid: bigint;
  /** Bytes. */
  size: number;
  /** When it was written, in milliseconds since 1970: no transaction in it is later. */
  writtenAt: number;
  /** Another one when a file of the same key was written anew. */
  identity: string;
}

const KEY = /(?:^|\/)ltx\/(\d)\/([0-9a-f]{16})-([0-9a-f]{16})\.ltx$/;

/** null for what is no LTX file. */
export function parseLtxKey(
  key: string,
  facts: Pick<LtxFile, "size" | "writtenAt" | "identity">,
): LtxFile | null {
  const match = KEY.exec(key);
  if (match === null) return null;
  const [, level, min, max] = match;
  return {
    key,
    level: Number(level),
    minTxid: BigInt(`0x${min}`),
    maxTxid: BigInt(`0x${max}`),
    ...facts,
  };
}

/**
 * The files to apply one after the other, as few as possible: a snapshot, then always the file that goes
 * on where the last one ended and leads furthest. Of two ways to the end the one with fewer bytes to begin
 * with counts: the newest snapshot.
 * @throws LoadError where there is no snapshot
 */
export function planRestore(files: readonly LtxFile[], replica: string): LtxFile[] {
  const snapshots = files.filter(({ minTxid }) => minTxid === 1n);
  const newest = furthest(snapshots);
  if (newest === undefined) {
    throw new LoadError(
      "replica_without_snapshot",
      `There is no snapshot in ${replica}`,
      "name the folder of one database: the one with a folder ltx in it",
    );
  }
  return [newest, ...planFrom(newest.maxTxid, files)];
}

/** The files that lead on from a database that has all until transaction `txid`, without a snapshot. */
export function planFrom(txid: bigint, files: readonly LtxFile[]): LtxFile[] {
  const plan: LtxFile[] = [];
  for (let end = txid; ; ) {
    const next = furthest(
      files.filter(({ minTxid, maxTxid }) => minTxid <= end + 1n && maxTxid > end && minTxid > 1n),
    );
    if (next === undefined) return plan;
    plan.push(next);
    end = next.maxTxid;
  }
}

/** @throws LoadError where there is more than the plan reaches, behind a gap */
export function checkNoGap(
  plan: readonly LtxFile[],
  files: readonly LtxFile[],
  replica: string,
): void {
  const end = plan.at(-1)!.maxTxid;
  const later = files.find(({ minTxid }) => minTxid > end + 1n);
  if (later !== undefined) throw gap(end, later, replica);
}

/** Nothing leads from transaction `end` to `later`. */
export function gap(end: bigint, later: LtxFile, replica: string): LoadError {
  return new LoadError(
    "replica_with_gap",
    `In ${replica} transactions ${end + 1n} to ${later.minTxid - 1n} are missing`,
    "restart Litestream, whose next snapshot closes the gap; --at a time before it publishes what there is",
  );
}

/** Litestream's level of snapshots. */
const SNAPSHOT_LEVEL = 9;

/**
 * The files whose transactions were all made until `at` (milliseconds since 1970), as far as can be known.
 * A snapshot's timestamp is when it was made, every other file's that of its first transaction; when its
 * last one was is known of a file with only one, of one that was written before, and of one after which
 * another begins. `timestamps` by key.
 */
export function filesUntil(
  files: readonly LtxFile[],
  timestamps: ReadonlyMap<string, number>,
  at: number,
): LtxFile[] {
  const begun = files.filter(({ key }) => timestamps.get(key)! <= at);
  let lastBegun = 0n;
  for (const { minTxid } of begun) if (minTxid > lastBegun) lastBegun = minTxid;
  return begun.filter(
    ({ level, minTxid, maxTxid, writtenAt }) =>
      level === SNAPSHOT_LEVEL || minTxid === maxTxid || writtenAt <= at || lastBegun > maxTxid,
  );
}

function furthest(files: LtxFile[]): LtxFile | undefined {
  let best: LtxFile | undefined;
  for (const file of files) {
    const isFurther =
      best === undefined ||
      file.maxTxid > best.maxTxid ||
      (file.maxTxid === best.maxTxid && file.size < best.size);
    if (isFurther) best = file;
  }
  return best;
}
