/**
 * Brings blocks from the bucket into the slots of the cache file: those that a reader waits for,
 * those that it will need next, and, where everything fits, the rest meanwhile. Each block is
 * verified by its name before a reader sees it. Equal blocks, of two versions of a database for
 * example, share a slot.
 */
import type { FileHandle } from "node:fs/promises";
import type { BlockIndex } from "../../core/format/block-index.ts";
import { CorruptObject, fetchBlock, fetchIndex } from "../../core/format/blocks.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { giveBack } from "../../core/give-back.ts";
import { log, logError } from "../../core/log.ts";
import {
  type BlockRequest,
  hasLittleMemory,
  type PagedFiles,
} from "../../core/sqlite/paged-files.ts";
import { MAX_CONNECTIONS } from "../../core/store/http-exchange.ts";
import type { Bucket } from "../../core/store/s3.ts";
import { writeAll } from "../../core/write-all.ts";
import { openNameless } from "./nameless-file.ts";
import { ReadAhead } from "./read-ahead.ts";

export interface FetcherOptions {
  /** The cache file is made here, and has no name once it is open. */
  path: string;
  slotBytes: number;
  slots: number;
  patienceMs: number;
  budget: number;
  /** Fetch all of a database after its first block, where it fits. */
  fills: boolean;
  /** Fetched blocks are counted here, in memory that threads share. */
  fetched: Int32Array;
}

/** Blocks that are read ahead at a time: they fill a Lambda's network and leave connections free. */
const LONGEST_STEP = hasLittleMemory ? 2 : 8;
/** Connections that filling uses, so that some are free for what a reader waits for. */
const FILLERS = hasLittleMemory ? 1 : 4;
/**
 * A database of so few blocks is fetched at once when the first is wanted: block after block would take
 * longer than all of it, because each costs a round trip.
 */
const FEW = hasLittleMemory ? 0 : MAX_CONNECTIONS;
/** How long to wait for a slot while readers and writers use all of them. */
const SLOT_POLLS = 5_000;
const SLOT_POLL_MS = 2;

interface Mapped {
  mapping: number;
  index: BlockIndex;
  readAhead: ReadAhead;
  /** Whether the rest of it is to be fetched, too. */
  fills: boolean;
  filling: boolean;
}

interface Place {
  mapping: number;
  block: number;
}

export class Fetcher {
  readonly #bucket: Bucket;
  readonly #files: PagedFiles;
  readonly #options: FetcherOptions;
  readonly #file: FileHandle;
  readonly cache: number;
  readonly #mapped = new Map<number, Mapped>();
  /** Which slot has the block of this SHA-256. */
  readonly #held = new Map<string, number>();
  readonly #contents: (string | undefined)[] = [];
  /** Blocks that are being fetched, by SHA-256, with the places that they are for. */
  readonly #underWay = new Map<string, { places: Place[]; done: Promise<void> }>();
  /** Readers that wait. */
  #waiting = 0;
  #isClosed = false;

  private constructor(
    bucket: Bucket,
    files: PagedFiles,
    options: FetcherOptions,
    file: FileHandle,
  ) {
    this.#bucket = bucket;
    this.#files = files;
    this.#options = options;
    this.#file = file;
    this.cache = files.openCache({ ...options, file: file.fd });
  }

  static async start(bucket: Bucket, files: PagedFiles, options: FetcherOptions): Promise<Fetcher> {
    return new Fetcher(bucket, files, options, await openNameless(options.path));
  }

  /** Makes a database readable; resolves with its mapping. Throws what `fetchIndex` throws. */
  async open(database: ManifestDatabase, fills: boolean): Promise<number> {
    const { slotBytes, slots } = this.#options;
    const index = await fetchIndex(this.#bucket, database);
    if (index.blockSize > slotBytes) {
      throw new CorruptObject(`${database.name} has blocks of ${index.blockSize} bytes`);
    }
    const mapping = this.#files.map(this.cache, index.size, index.blockSize, index.hot);
    const longest = Math.min(LONGEST_STEP, Math.floor(slots / 4));
    const readAhead = new ReadAhead(index.blocks.length, longest);
    this.#mapped.set(mapping, { mapping, index, readAhead, fills, filling: false });
    return mapping;
  }

  /** Nobody opens the database any more. */
  unmap(mapping: number): void {
    this.#mapped.delete(mapping);
    this.#files.unmap(mapping);
  }

  answer({ mapping, block, kind }: BlockRequest): void {
    const mapped = this.#mapped.get(mapping);
    if (mapped === undefined) {
      this.#files.failed(mapping, block, "the database was closed");
      return;
    }
    const ahead = kind === "expected" ? [] : mapped.readAhead[kind](block);
    if (kind !== "touched") void this.#serve(mapped, block);
    if (ahead[0] !== undefined) this.#files.mark(mapping, ahead[0]);
    for (const each of ahead) this.#bring(mapped, each).catch(() => {});
    if (mapped.fills && !mapped.filling && this.#options.fills && this.#fitsAll()) {
      mapped.filling = true;
      this.#fill(mapped).catch((error) => logError("a database could not be fetched ahead", error));
    }
  }

  /** The bytes of a block, fetched where it is not here. For downloads. */
  async read(mapping: number, block: number): Promise<Buffer> {
    const mapped = this.#mapped.get(mapping);
    const sha256 = mapped?.index.blocks[block];
    if (mapped === undefined || sha256 === undefined) throw new Error("There is no such block");
    const { block: bytes } = await fetchBlock(this.#bucket, sha256, lengthOf(mapped.index, block));
    return bytes;
  }

  async close(): Promise<void> {
    this.#mapped.clear();
    this.#isClosed = true;
    this.#files.closeCache(this.cache);
    await Promise.allSettled([...this.#underWay.values()].map(({ done }) => done));
    await this.#file.close();
  }

  async #serve(mapped: Mapped, block: number): Promise<void> {
    this.#waiting++;
    try {
      await this.#bring(mapped, block);
    } catch (error) {
      const { mapping, index } = mapped;
      logError("a block could not be fetched", error);
      log("error", "a query needs a block that cannot be had", { block: index.blocks[block] });
      this.#files.failed(mapping, block, reasonFor(error));
    } finally {
      this.#waiting--;
    }
  }

  /** Has the block in a slot and its place filled when it resolves. */
  #bring({ mapping, index }: Mapped, block: number): Promise<void> {
    const sha256 = index.blocks[block];
    if (sha256 === undefined) return Promise.resolve();
    const slot = this.#held.get(sha256);
    if (slot !== undefined) {
      this.#files.filled(mapping, block, slot);
      return Promise.resolve();
    }
    const underWay = this.#underWay.get(sha256);
    if (underWay !== undefined) {
      underWay.places.push({ mapping, block });
      return underWay.done;
    }
    const places = [{ mapping, block }];
    const done = this.#fetch(sha256, lengthOf(index, block), places).finally(() =>
      this.#underWay.delete(sha256),
    );
    this.#underWay.set(sha256, { places, done });
    return done;
  }

  async #fetch(sha256: string, length: number, places: Place[]): Promise<void> {
    const { block } = await fetchBlock(this.#bucket, sha256, length);
    Atomics.add(this.#options.fetched, 0, 1);
    const slot = await this.#store(block);
    giveBack(block);
    this.#contents[slot] = sha256;
    this.#held.set(sha256, slot);
    this.#files.written(this.cache, slot);
    for (const place of places) this.#files.filled(place.mapping, place.block, slot);
  }

  /** Writes the bytes to a slot. A full disk makes the cache as small as it is. */
  async #store(bytes: Buffer): Promise<number> {
    for (;;) {
      const slot = await this.#take();
      try {
        await writeAll(this.#file, bytes, slot * this.#options.slotBytes);
        return slot;
      } catch (error) {
        this.#files.release(this.cache, slot);
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC" || slot === 0) throw error;
        log("warn", "the temporary disk is full; the cache stays as small as it is", { slot });
        this.#files.shrink(this.cache, slot);
      }
    }
  }

  async #take(): Promise<number> {
    for (let polls = 0; polls < SLOT_POLLS && !this.#isClosed; polls++) {
      const slot = this.#files.take(this.cache);
      if (slot !== null) {
        const old = this.#contents[slot];
        if (old !== undefined) this.#held.delete(old);
        this.#contents[slot] = undefined;
        return slot;
      }
      await new Promise((resolve) => setTimeout(resolve, SLOT_POLL_MS));
    }
    throw new Error("All of the cache is being read");
  }

  #fitsAll(): boolean {
    const filled = [...this.#mapped.values()].filter(({ fills }) => fills);
    const blocks = new Set(filled.flatMap(({ index }) => index.blocks));
    return blocks.size <= this.#options.slots;
  }

  async #fill(mapped: Mapped): Promise<void> {
    const { blocks } = mapped.index;
    const isSmall = blocks.length <= FEW;
    const todo = blocks.keys();
    const work = async () => {
      for (const block of todo) {
        if (!this.#mapped.has(mapped.mapping)) return;
        // What a reader waits for goes first.
        while (!isSmall && this.#waiting > 0)
          await new Promise((resolve) => setTimeout(resolve, 1));
        await this.#bring(mapped, block);
      }
    };
    await Promise.all(Array.from({ length: isSmall ? FEW : FILLERS }, work));
  }
}

function lengthOf({ blockSize, size }: BlockIndex, block: number): number {
  return Math.min(blockSize, size - block * blockSize);
}

/** For the visitor; the log has the error itself. */
function reasonFor(error: unknown): string {
  return error instanceof CorruptObject
    ? "a part of this database is damaged where it is stored"
    : "a part of this database could not be fetched from where it is stored";
}
