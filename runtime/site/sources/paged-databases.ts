/**
 * Databases read on demand: SQLite opens them at once, and blocks come from the bucket when they are
 * read. The fetching is done by a thread of its own, because this one waits inside SQLite meanwhile.
 */
import { randomUUID } from "node:crypto";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { BLOCK_SIZE, type ManifestDatabase } from "../../core/format/manifest.ts";
import { logError } from "../../core/log.ts";
import { blocksFetched } from "../../core/request-facts.ts";
import { type BlockReads, PagedFiles, pagedUrl } from "../../core/sqlite/paged-files.ts";
import type { Command, Report, ThreadData } from "./fetcher-thread.ts";

export interface PagedOptions {
  /** The SQLite extension: the guard's file. */
  extensionFile: string;
  bucket: string;
  environment: Record<string, string | undefined>;
  /** Where the cache file is; the temporary folder when left out. */
  directory?: string;
  /** Bytes on disk; what the disk has when left out. */
  cacheBytes?: number;
  /** Bytes; no database may have larger blocks. */
  slotBytes?: number;
  patienceMs?: number;
  budget?: number;
  fills?: boolean;
}

/** A read outside of a time limit waits at most so long: an HTTP API ends a request after 30 s. */
const PATIENCE_MS = 20_000;
/** Blocks that one query may wait for: 2 GB, some 25 s of a Lambda's network. */
const BUDGET = 2_000;
/** Left on the disk for SQLite's temporary files (sorting). */
const SPARE_BYTES = 128 * 1024 * 1024;
/** The most that Lambda gives: 10,240 MB. */
const MOST_BYTES = 10_240 * 1024 * 1024;
const FEWEST_SLOTS = 8;

/** A database that can be opened. */
export interface PagedDatabase {
  /** For SQLite. */
  url: string;
  /** The whole file, for downloads. */
  bytes(): AsyncGenerator<Uint8Array>;
}

interface Opened {
  mapping: Promise<number>;
  database: Promise<PagedDatabase>;
}

interface Call {
  resolve(result: number | Uint8Array): void;
  reject(error: Error): void;
}

export class PagedDatabases {
  readonly #worker: Worker;
  readonly #files: PagedFiles;
  readonly #calls = new Map<number, Call>();
  /** By the SHA-256 of the file. */
  readonly #opened = new Map<string, Opened>();
  #lastCall = 0;
  #cache: number | null = null;
  #isClosing = false;
  /** The thread is gone: nothing can be fetched any more, and everything must be opened anew. */
  hasEnded = false;

  private constructor(files: PagedFiles, data: ThreadData) {
    this.#files = files;
    const env = data.environment === null ? SHARE_ENV : process.env;
    this.#worker = new Worker(threadFile(), { workerData: data, env });
    // Whoever has nothing else to do may end.
    this.#worker.unref();
    this.#worker.on("message", (report: Report) => this.#receive(report));
    this.#worker.on("error", (error) => logError("the thread that fetches blocks failed", error));
    this.#worker.on("exit", () => this.#end());
  }

  /** Throws when the extension cannot be loaded. */
  static async start(options: PagedOptions): Promise<PagedDatabases> {
    const { extensionFile, bucket, environment, directory = tmpdir() } = options;
    // Read by better-sqlite3 when it is loaded: names may then be URLs, which choose the file system.
    process.env.SQLITE_USE_URI = "1";
    const { slotBytes = BLOCK_SIZE, patienceMs = PATIENCE_MS, budget = BUDGET } = options;
    const cacheBytes = options.cacheBytes ?? (await roomIn(directory));
    const slots = Math.max(FEWEST_SLOTS, Math.floor(cacheBytes / slotBytes));
    const path = join(directory, `dsl-${randomUUID()}.cache`);
    const fills = options.fills ?? true;
    return new PagedDatabases(new PagedFiles(extensionFile), {
      extensionFile,
      bucket,
      environment: environment === process.env ? null : { ...environment },
      options: { path, slotBytes, slots, patienceMs, budget, fills, fetched: blocksFetched },
    });
  }

  /**
   * `fills`: all of it may be fetched while nobody waits, where it fits. After a failure the next call tries
   * again. Throws a network error or a CorruptObject, in words.
   */
  open(database: ManifestDatabase, fills = true): Promise<PagedDatabase> {
    const known = this.#opened.get(database.sha256);
    if (known !== undefined) return known.database;
    const mapping = this.#call({ open: database, fills }).then(Number);
    const opened = {
      mapping,
      database: mapping.then((number) => ({
        url: pagedUrl(database.name, number),
        bytes: () => this.#read(number, database.size),
      })),
    };
    this.#opened.set(database.sha256, opened);
    opened.database.catch(() => this.#opened.delete(database.sha256));
    return opened.database;
  }

  /** Forgets the databases that are not among `wanted` (SHA-256). Connections to them stay usable. */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const [sha256, { mapping }] of this.#opened) {
      if (wanted.has(sha256)) continue;
      this.#opened.delete(sha256);
      mapping.then((unmap) => this.#send({ unmap })).catch(() => {});
    }
  }

  /** How many databases can be opened without asking for them anew. */
  get count(): number {
    return this.#opened.size;
  }

  /** What this thread may ask about its reads. */
  get reads(): BlockReads {
    return this.#files;
  }

  /** Ends the thread. Connections that are still open can read only what is here. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.hasEnded) return;
    if (this.#cache === null) {
      await this.#worker.terminate();
      return;
    }
    this.#files.closeCache(this.#cache);
    const ended = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.ref();
    this.#send({ end: true });
    await ended;
  }

  async *#read(mapping: number, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0, block = 0; at < size; block++) {
      const bytes = (await this.#call({ read: { mapping, block } })) as Uint8Array;
      yield bytes;
      at += bytes.length;
    }
  }

  #call(
    command:
      | { open: ManifestDatabase; fills: boolean }
      | { read: { mapping: number; block: number } },
  ): Promise<number | Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.hasEnded) {
        reject(new Error("The thread that fetches databases has ended"));
        return;
      }
      const call = ++this.#lastCall;
      this.#calls.set(call, { resolve, reject });
      // Who waits for an answer must not end before it comes.
      this.#worker.ref();
      this.#send({ call, ...command });
    });
  }

  #send(command: Command): void {
    this.#worker.postMessage(command);
  }

  #receive(report: Report): void {
    if ("cache" in report) {
      this.#cache = report.cache;
      return;
    }
    const call = this.#calls.get(report.call);
    this.#calls.delete(report.call);
    if (this.#calls.size === 0) this.#worker.unref();
    if ("error" in report) call?.reject(report.error);
    else call?.resolve(report.result);
  }

  #end(): void {
    this.hasEnded = true;
    if (!this.#isClosing && this.#cache !== null) this.#files.closeCache(this.#cache);
    for (const { reject } of this.#calls.values()) {
      reject(new Error("The thread that fetches databases has ended"));
    }
    this.#calls.clear();
  }
}

/** In the function's package the thread is a bundle beside this one. */
function threadFile(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? "./fetcher-thread.ts" : "./fetcher.cjs", import.meta.url);
}

async function roomIn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.min(bavail * bsize - SPARE_BYTES, MOST_BYTES);
}
