/**
 * A replica that is read on and on: what its new files change in a database that was made of it. Each file ends
 * after a transaction, and only whole, verified files count, so what comes out is always a state that the database had.
 */
import { ftruncateSync, writeSync } from "node:fs";
import type { Changes, Size } from "../../publisher/database/mirror.ts";
import { landmarks, type Next, type Position, planFollow } from "./follow-plan.ts";
import type { Replica } from "./replica.ts";
import { applyFiles, Chain } from "./restore.ts";
import { checkNoGap, type LtxFile, planRestore } from "./restore-plan.ts";

/** Of changed pages that are kept in memory; what is more waits until these are taken. */
const MOST_PENDING = 128 * 1024 * 1024;
/** So often all files are looked up: what is known of higher levels is so never older than Litestream keeps level 0. */
const ALL_MS = 60_000;
/** More single transactions than this are rather read merged, if Litestream has merged them. */
const MOST_SINGLE = 16;
/** Litestream removes what it has merged; then the files are looked up anew. */
const ATTEMPTS = 5;
const LEVEL_0 = /(?:^|\/)ltx\/0\//;

/** The transactions change too much to be kept in memory. */
class TooMuch extends Error {}

export class ReplicaReader {
  readonly #open: () => Replica;
  readonly #say: (sentence: string) => void;
  #position: Position | null;
  #size: Size;
  #pending = new Map<number, Buffer>();
  #hasShrunk = false;
  #timestamp: number | null = null;
  #isFull = false;
  #listedAt = Number.NEGATIVE_INFINITY;

  /**
   * `open` gives the replica as it can be read now. `from`: up to where a database was made of the replica, and its size; null: it must be restored first.
   * `say` is told why it must be later.
   */
  constructor(
    open: () => Replica,
    from: { position: Position; size: Size } | null,
    say: (sentence: string) => void,
  ) {
    this.#open = open;
    this.#position = from?.position ?? null;
    this.#size = from?.size ?? { pageSize: 0, pageCount: 0 };
    this.#say = say;
  }

  get #replica(): Replica {
    return this.#open();
  }

  /** Whether the whole must be restored: what is new cannot be told otherwise. */
  get mustRestore(): boolean {
    return this.#position === null;
  }

  get hasNews(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether there is more to be read as soon as what was read is taken. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Up to where the files were read; null: nowhere. */
  get position(): Position | null {
    return this.#position;
  }

  /** When the last file that was read begins, in milliseconds since 1970; null: none was. */
  get timestamp(): number | null {
    return this.#timestamp;
  }

  /** To be called when the database that was made of the replica is lost: it is restored then. */
  forget(): void {
    this.#position = null;
    this.#pending.clear();
    this.#hasShrunk = false;
  }

  /**
   * Reads what is new, as far as there is room. Throws a LoadError for a gap, or a damaged file that nothing leads
   * around, and errors of the store; what was read before it stays.
   */
  async poll(): Promise<void> {
    this.#isFull = false;
    const bad = new Set<string>();
    let damage: unknown = null;
    for (let attempt = 1; this.#position !== null; attempt++) {
      const files = await this.#files(this.#position, bad);
      const next = this.#plan(this.#position, files, damage);
      if (next.what === "restore") return this.#mustRestore(next.why);
      if (next.what === "nothing" && damage === null) this.#know(files);
      if (next.what === "nothing") break;
      const failed = await this.#readAll(next, files);
      if (failed === null) return;
      if (attempt === ATTEMPTS) throw failed.error;
      if (await this.#isThere(failed.file)) {
        bad.add(failed.file.identity);
        damage = failed.error;
      }
    }
    if (damage !== null) throw damage;
  }

  /** A gap that is there because a file is damaged is that file's error. */
  #plan(position: Position, files: LtxFile[], damage: unknown): Next {
    try {
      return planFollow(position, files, this.#replica.name);
    } catch (error) {
      throw damage ?? error;
    }
  }

  /** What changed since it was taken the last time. */
  take(): Changes {
    const { pageCount } = this.#size;
    const changes = { pages: this.#pending, pageCount, hasShrunk: this.#hasShrunk };
    this.#pending = new Map();
    this.#hasShrunk = false;
    return changes;
  }

  /** Makes the newest state of the file, which has what was taken until now. Throws as `poll`. */
  async bringTo(file: number): Promise<Size> {
    if (this.#position !== null && !this.hasNews) return this.#size;
    this.forget();
    for (let attempt = 1; ; attempt++) {
      const files = await this.#replica.files();
      const plan = planRestore(files, this.#replica.name);
      checkNoGap(plan, files, this.#replica.name);
      try {
        ftruncateSync(file, 0);
        const { size, pageSize, txid, timestamp } = await applyFiles(this.#replica, plan, {
          write: (page, data) => {
            writeSync(file, data, 0, data.length, (page - 1) * data.length);
          },
          truncate: (length) => ftruncateSync(file, length),
        });
        this.#size = { pageSize, pageCount: size / pageSize };
        this.#position = { txid, known: landmarks(files, txid) };
        this.#timestamp = timestamp;
        return this.#size;
      } catch (error) {
        const isAsBefore = await this.#areThere(plan);
        if (isAsBefore || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Those of level 0 where they go on from what was read, else all; without the bad ones. */
  async #files({ txid, known }: Position, bad: ReadonlySet<string>): Promise<LtxFile[]> {
    const good = (files: LtxFile[]) => files.filter(({ identity }) => !bad.has(identity));
    const newest = good(await this.#replica.newest());
    const last = newest.find(({ key, identity }) => known.get(key) === identity);
    const after = newest.filter(({ maxTxid }) => maxTxid > txid);
    const isGapless = after
      .sort((a, b) => (a.minTxid < b.minTxid ? -1 : 1))
      .every(({ minTxid }, i) => minTxid === (after[i - 1]?.maxTxid ?? txid) + 1n);
    const isEnough = last?.maxTxid === txid && isGapless && after.length <= MOST_SINGLE;
    const isTime = performance.now() - this.#listedAt > ALL_MS;
    if (isEnough && bad.size === 0 && !isTime) return newest;
    this.#listedAt = performance.now();
    return good(await this.#replica.files());
  }

  /** null when all were read, or there is no room for more. */
  async #readAll(
    { files }: Extract<Next, { what: "apply" }>,
    listed: LtxFile[],
  ): Promise<{ file: LtxFile; error: unknown } | null> {
    const chain = new Chain(this.#size);
    for (const file of files) {
      try {
        await this.#read(chain, file);
      } catch (error) {
        if (!(error instanceof TooMuch)) return { file, error };
        // As much as there is room for is taken first.
        this.#isFull = this.#pending.size > 0;
        if (!this.#isFull) {
          const limit = "change more than is kept in memory";
          this.#mustRestore(`transactions ${file.minTxid} to ${file.maxTxid} ${limit}`);
        }
        return null;
      }
      this.#know(listed, file);
      if (this.#position === null) return null;
    }
    return null;
  }

  async #read(chain: Chain, file: LtxFile): Promise<void> {
    const { pageSize: before, pageCount } = this.#size;
    const pages = new Map<number, Buffer>();
    const room = MOST_PENDING - this.#pending.size * before;
    const header = await chain.read(this.#replica, file, (page, data) => {
      if (pages.size * data.length > room) throw new TooMuch();
      pages.set(page, Buffer.from(data));
    });
    if (header.pageSize !== before) {
      const why = `the page size has changed from ${before} to ${header.pageSize} bytes`;
      this.#mustRestore(why);
      return;
    }
    for (const [page, data] of pages) this.#pending.set(page, data);
    // A file of several transactions does not say whether the database was smaller meanwhile.
    if (header.commit < pageCount || file.maxTxid > file.minTxid) this.#hasShrunk = true;
    for (const page of this.#pending.keys()) {
      if (page > header.commit) this.#pending.delete(page);
    }
    this.#size = { pageSize: before, pageCount: header.commit };
    this.#timestamp = header.timestamp;
  }

  /** Notes which files there are, and that this one was read. */
  #know(listed: LtxFile[], read?: LtxFile): void {
    if (this.#position === null) return;
    const txid = read?.maxTxid ?? this.#position.txid;
    const others = [...this.#position.known].filter(([key]) => !LEVEL_0.test(key));
    const isAll = listed.some(({ level }) => level > 0);
    const known = new Map([...(isAll ? [] : others), ...landmarks(listed, txid)]);
    if (read !== undefined) known.set(read.key, read.identity);
    this.#position = { txid, known };
  }

  async #isThere({ key, identity }: LtxFile): Promise<boolean> {
    const files = await this.#replica.files();
    return files.some((file) => file.key === key && file.identity === identity);
  }

  async #areThere(plan: readonly LtxFile[]): Promise<boolean> {
    const there = new Set((await this.#replica.files()).map(({ key, identity }) => key + identity));
    return plan.every(({ key, identity }) => there.has(key + identity));
  }

  #mustRestore(why: string): void {
    this.forget();
    this.#say(`${this.#replica.name} is read anew from its newest snapshot: ${why}`);
  }
}

/** Whether there is something to follow. @throws LoadError where not */
export async function requireReplica(replica: Replica): Promise<void> {
  const files = await replica.files();
  if (files.length === 0) planRestore(files, replica.name);
}
