/**
 * Databases of which only some blocks are on this machine (layer/vfs/): what JavaScript says to the
 * extension about its cache file, the databases mapped onto it, and the blocks in its slots.
 *
 * One thread (the fetcher) brings blocks; any thread of the process may read. Each needs a
 * PagedFiles of its own. better-sqlite3 must have been loaded with SQLITE_USE_URI=1 in the
 * environment.
 */
import Database from "better-sqlite3";
import type { HotPages } from "../format/block-index.ts";

export interface CacheOptions {
  /** Descriptor of the cache file; the extension keeps a duplicate. */
  file: number;
  slotBytes: number;
  slots: number;
  /** A read outside of a guard's run waits at most so long for a block. */
  patienceMs: number;
  /** Blocks that one run may wait for; 0 for any number. */
  budget: number;
}

/** Why the last read of this thread's run failed. */
export interface ReadFailure {
  kind: "late" | "budget" | "unavailable" | "not yet";
  reason: string;
}

/** What a thread that reads such databases may ask about its own reads. */
export interface BlockReads {
  /** null when no read failed since the last call. */
  failure(): ReadFailure | null;
  /**
   * From here on reads do not wait for blocks that are not here, but ask for them and fail. So one
   * statement after the other can say what it needs, and all of it is fetched at the same time.
   */
  expect(): void;
  /** Ends that, and waits for what was asked for. Returns how many blocks it was. */
  gather(): number;
}

/**
 * A block on its way takes some 4 MB, and the guard counts them as the growth of the query that
 * waits: functions with less memory than this (in MB) have fewer of them on their way.
 */
const SMALL_MEMORY = 512;
export const hasLittleMemory =
  Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE || SMALL_MEMORY) < SMALL_MEMORY;
/** Blocks that one thread expects at a time. */
const MOST_EXPECTED = hasLittleMemory ? 4 : 256;

/** As in layer/vfs/cache.h. */
const KINDS: Record<string, ReadFailure["kind"]> = {
  1: "late",
  2: "budget",
  3: "unavailable",
  4: "not yet",
};

const ENTRY_POINT = "sqlite3_blocks_init";

type Value = number | string | Uint8Array;

export class PagedFiles implements BlockReads {
  readonly #call: (verb: string, ...values: Value[]) => unknown;
  readonly #database: Database.Database;

  /** Throws when the extension cannot be loaded or is older than paged files. */
  constructor(extensionFile: string) {
    const database = new Database(":memory:");
    // Its types know no entry point; it passes everything on.
    const loader: { loadExtension(...values: string[]): unknown } = database as never;
    loader.loadExtension(extensionFile, ENTRY_POINT);
    const statements = new Map<string, Database.Statement<Value[], unknown>>();
    this.#database = database;
    this.#call = (verb, ...values) => {
      const known = statements.get(verb);
      if (known !== undefined) return known.get(...values);
      const places = values.map(() => ", ?").join("");
      const statement = database
        .prepare<Value[], unknown>(`select dsl_blocks('${verb}'${places})`)
        .pluck();
      statements.set(verb, statement);
      return statement.get(...values);
    };
  }

  openCache({ file, slotBytes, slots, patienceMs, budget }: CacheOptions): number {
    return Number(this.#call("open", file, slotBytes, slots, patienceMs, budget));
  }

  /** The descriptor from which the fetcher reads requests; for one caller, who must close it. */
  socketOf(cache: number): number {
    return Number(this.#call("socket", cache));
  }

  /** Who waits for a block of it is refused; it goes when its last database is closed. */
  closeCache(cache: number): void {
    this.#call("close", cache);
  }

  /** A database of `size` bytes, none of its blocks here; returns the mapping's number. */
  map(cache: number, size: number, blockSize: number, hot: HotPages | null): number {
    const numbers = Buffer.alloc((hot?.numbers.length ?? 0) * 4);
    hot?.numbers.forEach((page, i) => {
      numbers.writeUInt32LE(page, i * 4);
    });
    const bytes = hot?.bytes ?? Buffer.alloc(0);
    return Number(this.#call("map", cache, size, blockSize, hot?.pageSize ?? 0, numbers, bytes));
  }

  /** Connections that are open stay usable. */
  unmap(mapping: number): void {
    this.#call("unmap", mapping);
  }

  /** A slot to write to: the least recently used. null while all are being written or read. */
  take(cache: number): number | null {
    return this.#call("take", cache) as number | null;
  }

  written(cache: number, slot: number): void {
    this.#call("written", cache, slot);
  }

  /** Gives back a slot that was not written after all. */
  release(cache: number, slot: number): void {
    this.#call("release", cache, slot);
  }

  /** Only the first `slots` are taken from now on. */
  shrink(cache: number, slots: number): void {
    this.#call("shrink", cache, slots);
  }

  filled(mapping: number, block: number, slot: number): void {
    this.#call("filled", mapping, block, slot);
  }

  failed(mapping: number, block: number, reason: string): void {
    this.#call("failed", mapping, block, reason);
  }

  /** The fetcher hears of the first use of this block. */
  mark(mapping: number, block: number): void {
    this.#call("mark", mapping, block);
  }

  /** Of the thread that calls; null when no read failed since the last call. */
  failure(): ReadFailure | null {
    const text = this.#call("failure") as string | null;
    if (text === null) return null;
    return { kind: KINDS[text.slice(0, 1)] ?? "unavailable", reason: text.slice(1) };
  }

  expect(): void {
    this.#call("expect", MOST_EXPECTED);
  }

  gather(): number {
    return Number(this.#call("gather"));
  }

  close(): void {
    this.#database.close();
  }
}

/** What SQLite opens; `name` is only for those who look at `pragma database_list`. */
export function pagedUrl(name: string, mapping: number): string {
  return `file:${encodeURIComponent(name)}?vfs=dsl&mapping=${mapping}`;
}

/** As layer/vfs/read.c sends it: three numbers of 32 bits. */
export interface BlockRequest {
  mapping: number;
  block: number;
  /** A reader waits for it; it has been read; a reader will need it together with others. */
  kind: (typeof REQUESTS)[number];
}

const REQUESTS = ["wanted", "touched", "expected"] as const;

export const REQUEST_BYTES = 12;

/** The whole requests at the beginning of `bytes`. */
export function readRequests(bytes: Buffer): BlockRequest[] {
  return Array.from({ length: Math.floor(bytes.length / REQUEST_BYTES) }, (_, i) => ({
    mapping: bytes.readUInt32LE(i * REQUEST_BYTES),
    block: bytes.readUInt32LE(i * REQUEST_BYTES + 4),
    kind: REQUESTS[bytes.readUInt32LE(i * REQUEST_BYTES + 8)] ?? "wanted",
  }));
}
