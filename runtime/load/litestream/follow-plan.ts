/** What brings a database that was made of a replica up to date. Pure. */
import { gap, type LtxFile, planFrom } from "./restore-plan.ts";

/** How far a replica was read. */
export interface Position {
  txid: bigint;
  /**
   * Files with nothing later than that, as they were: identities by key. As long as one of them is there
   * unchanged, what the replica goes on with is the same database.
   */
  known: ReadonlyMap<string, string>;
}

export type Next =
  | { what: "nothing" }
  | { what: "apply"; files: LtxFile[] }
  /** The changes cannot be had, so the whole must be; `why` is a clause. */
  | { what: "restore"; why: string };

/** `files`: all of the replica. @throws LoadError for a gap that no snapshot closes yet */
export function planFollow({ txid, known }: Position, files: LtxFile[], replica: string): Next {
  if (!files.some(({ key, identity }) => known.get(key) === identity)) {
    const why = `no file in ${replica} is one that was there at transaction ${txid}: it was begun anew, or this was away for long`;
    return { what: "restore", why };
  }
  const last = lastTxid(files);
  if (last < txid) {
    return { what: "restore", why: `${replica} went back from transaction ${txid} to ${last}` };
  }
  const plan = planFrom(txid, files);
  if (plan.length > 0) return { what: "apply", files: plan };
  if (last === txid) return { what: "nothing" };
  const later = files.filter(({ maxTxid }) => maxTxid > txid);
  if (later.some(({ minTxid }) => minTxid === 1n)) {
    const why = `the transactions after ${txid} are not in ${replica} any more, but a later snapshot is`;
    return { what: "restore", why };
  }
  const next = later.reduce((a, b) => (b.minTxid < a.minTxid ? b : a));
  throw gap(txid, next, replica);
}

/** The last transaction that is in any of them; 0 where there are none. */
export function lastTxid(files: readonly LtxFile[]): bigint {
  let last = 0n;
  for (const { maxTxid } of files) if (maxTxid > last) last = maxTxid;
  return last;
}

/** Of each level the last file until `txid`: enough to know the replica again. */
export function landmarks(files: readonly LtxFile[], txid: bigint): Map<string, string> {
  const last = new Map<number, LtxFile>();
  for (const file of files) {
    const other = last.get(file.level);
    if (file.maxTxid > txid || (other !== undefined && other.maxTxid >= file.maxTxid)) continue;
    last.set(file.level, file);
  }
  return new Map([...last.values()].map(({ key, identity }) => [key, identity]));
}
