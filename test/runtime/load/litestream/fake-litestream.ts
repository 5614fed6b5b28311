/**
 * Keeps a replica as Litestream does: a file of level 0 for each sync, merged into higher levels, snapshots, and
 * files removed that were merged. Knows nothing of the code that reads it.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NO_CHECKSUM, writeLtx } from "./ltx-writer.ts";

/** Where the files go; keys begin with `ltx/`. */
export interface Sink {
  put(key: string, body: Buffer): Promise<void> | void;
  remove(key: string): Promise<void> | void;
}

interface Written {
  key: string;
  level: number;
  min: number;
  max: number;
  /** Pages of the database after it. */
  commit: number;
  pages: Map<number, Buffer>;
}

const SNAPSHOTS = 9;

export class FakeLitestream {
  readonly #sink: Sink;
  #files: Written[] = [];
  #state = Buffer.alloc(0);
  #pageSize = 0;
  #txid = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** The last transaction that was written. */
  get txid(): number {
    return this.#txid;
  }

  get keys(): string[] {
    return this.#files.map(({ key }) => key);
  }

  /** The database is this now. */
  async sync(state: Buffer): Promise<void> {
    this.#pageSize = state.readUInt16BE(16) === 1 ? 65_536 : state.readUInt16BE(16);
    const pages = new Map<number, Buffer>();
    for (let at = 0; at < state.length; at += this.#pageSize) {
      const page = state.subarray(at, at + this.#pageSize);
      if (!page.equals(this.#state.subarray(at, at + this.#pageSize))) {
        pages.set(at / this.#pageSize + 1, page);
      }
    }
    if (pages.size === 0 && state.length === this.#state.length) return;
    this.#state = Buffer.from(state);
    this.#txid++;
    const commit = state.length / this.#pageSize;
    await this.#write({ level: 0, min: this.#txid, max: this.#txid, commit, pages });
  }

  /** Merges what level `level - 1` has beyond this level; nothing where that is nothing. */
  async compact(level: number): Promise<void> {
    const done = Math.max(0, ...this.#of(level).map(({ max }) => max));
    const merged = this.#of(level - 1).filter(({ min }) => min > done);
    const [first] = merged;
    const last = merged.at(-1);
    if (first === undefined || last === undefined) return;
    const pages = new Map<number, Buffer>();
    for (const file of merged) for (const [page, data] of file.pages) pages.set(page, data);
    for (const page of pages.keys()) if (page > last.commit) pages.delete(page);
    const { commit } = last;
    await this.#write({ level, min: first.min, max: last.max, commit, pages });
  }

  async snapshot(): Promise<void> {
    const pages = new Map<number, Buffer>();
    for (let at = 0; at < this.#state.length; at += this.#pageSize) {
      pages.set(at / this.#pageSize + 1, this.#state.subarray(at, at + this.#pageSize));
    }
    const commit = pages.size;
    await this.#write({ level: SNAPSHOTS, min: 1, max: this.#txid, commit, pages });
  }

  /** Removes files of level 0 that are merged, but never the last one. */
  async expire(): Promise<void> {
    const merged = Math.max(0, ...this.#of(1).map(({ max }) => max));
    await this.removeWhere(({ level, max }) => level === 0 && max <= merged && max < this.#txid);
  }

  /** Removes what the last snapshot has. */
  async forget(): Promise<void> {
    const end = this.#of(SNAPSHOTS).at(-1)?.max ?? 0;
    await this.removeWhere(({ max }) => max < end);
  }

  async removeWhere(condition: (file: Written) => boolean): Promise<void> {
    const gone = this.#files.filter(condition);
    this.#files = this.#files.filter((file) => !gone.includes(file));
    for (const { key } of gone) await this.#sink.remove(key);
  }

  /** As when somebody empties the replica and starts Litestream without its own files. */
  async beginAnew(): Promise<void> {
    await this.removeWhere(() => true);
    this.#state = Buffer.alloc(0);
    this.#txid = 0;
  }

  #of(level: number): Written[] {
    return this.#files.filter((file) => file.level === level);
  }

  async #write(file: Omit<Written, "key">): Promise<void> {
    const { level, min, max, commit } = file;
    const hex = (txid: number) => txid.toString(16).padStart(16, "0");
    const key = `ltx/${level}/${hex(min)}-${hex(max)}.ltx`;
    const pages = [...file.pages].sort(([a], [b]) => a - b);
    const body = writeLtx({
      pageSize: this.#pageSize,
      commit,
      minTxid: min,
      maxTxid: max,
      timestamp: Date.now(),
      flags: NO_CHECKSUM,
      pages,
    });
    await this.#sink.put(key, body);
    this.#files = [...this.#files.filter((other) => other.key !== key), { ...file, key }];
  }
}

/** A replica in a folder. */
export function folderSink(folder: string): Sink {
  return {
    put: (key, body) => {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), body);
    },
    remove: (key) => rmSync(join(folder, key)),
  };
}
