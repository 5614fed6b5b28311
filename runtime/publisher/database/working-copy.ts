/**
 * A local file of a published database that is written to again and again. It knows the hash of each of its
 * blocks, so that only what differs is fetched, and only what a transaction has changed is hashed anew.
 * What was changed and then not published, for whatever reason, is put right in the same way as what
 * somebody else has published: the blocks that differ are fetched.
 */
import { hash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import Database, { type Database as SqliteDatabase } from "better-sqlite3";
import { eachConcurrently } from "../../core/concurrency.ts";
import { type BlockIndex, hashOfBlocks } from "../../core/format/block-index.ts";
import { BLOCK_SIZE } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { writeAll } from "../../core/write-all.ts";
import { fetchBlock } from "./fetch-published.ts";
import type { HashedFile } from "./hash-file.ts";
import { pagesInLog } from "./wal-pages.ts";

const CONCURRENCY = 8;
const PAGE_SIZE = 4096;

export class WorkingCopy {
  readonly path: string;
  #size = 0;
  /** SHA-256 of each block; null where it is not known what the file has there. */
  #blocks: (string | null)[] = [];

  /** `path` need not be there; a file that is there is not trusted. */
  constructor(path: string) {
    this.path = path;
  }

  /** What the file is: null while that is not known. */
  get content(): HashedFile | null {
    const blocks = this.#blocks.filter((block) => block !== null);
    if (blocks.length < this.#blocks.length) return null;
    return { size: this.#size, blocks, sha256: hashOfBlocks(blocks) };
  }

  /**
   * Makes the file the database that `index` describes (null: an empty one); `name` is for messages.
   * Throws a DslError (`damaged_bucket`) when something of it is missing; calling this again goes on.
   */
  async bringTo(store: ObjectStore, index: BlockIndex | null, name: string): Promise<void> {
    for (const suffix of ["-wal", "-shm", "-journal"])
      await rm(this.path + suffix, { force: true });
    const { blocks, size } = index ?? { blocks: [], size: 0 };
    const file = await open(this.path, "a+").then(async (made) => {
      await made.close();
      return open(this.path, "r+");
    });
    try {
      await file.truncate(size);
      this.#blocks.length = blocks.length;
      this.#size = size;
      const wanted = [...blocks.entries()].filter(([at, block]) => this.#blocks[at] !== block);
      for (const [at] of wanted) this.#blocks[at] = null;
      await eachConcurrently(wanted, CONCURRENCY, async ([at, sha256]) => {
        const length = Math.min(BLOCK_SIZE, size - at * BLOCK_SIZE);
        const block = await fetchBlock(store, name, sha256, length);
        await writeAll(file, block, at * BLOCK_SIZE);
        this.#blocks[at] = sha256;
      });
    } finally {
      await file.close();
    }
  }

  /**
   * Runs `work` in one transaction and finds out what it has changed. When it throws, nothing has changed.
   * What is written is not yet safe from a loss of power: the bucket is what keeps it.
   */
  change<T>(work: (database: SqliteDatabase) => T): T {
    const database = new Database(this.path);
    let pages = new Set<number>();
    try {
      if (this.#size === 0) database.pragma(`page_size = ${PAGE_SIZE}`);
      database.pragma("synchronous = OFF");
      database.pragma("foreign_keys = OFF");
      // All of the file is published: what was deleted or replaced must not be in it.
      database.pragma("secure_delete = ON");
      database.pragma("journal_mode = WAL");
      database.pragma("wal_autocheckpoint = 0");
      const result = database.transaction(work).immediate(database);
      pages = pagesInLog(`${this.path}-wal`);
      database.pragma("wal_checkpoint(TRUNCATE)");
      return result;
    } finally {
      // A published file's header speaks of no log: its readers have none.
      database.pragma("journal_mode = DELETE");
      database.close();
      this.#rehash(pages);
    }
  }

  /** Hashes the blocks that have these pages, those that are new, and those that are not known. */
  #rehash(pages: ReadonlySet<number>): void {
    const file = openSync(this.path, "r");
    try {
      const header = Buffer.alloc(18);
      readSync(file, header, 0, 18, 0);
      const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
      const { size } = statSync(this.path);
      const count = Math.ceil(size / BLOCK_SIZE);
      const changed = new Set([...pages].map((page) => Math.floor((page * pageSize) / BLOCK_SIZE)));
      // The header changes with the journal mode; the last block of before may have grown.
      if (count > 0) changed.add(0);
      if (size !== this.#size) changed.add(Math.max(0, this.#blocks.length - 1));
      this.#blocks.length = Math.min(this.#blocks.length, count);
      for (let at = 0; at < count; at++) {
        if (this.#blocks[at] != null && !changed.has(at)) continue;
        const block = Buffer.allocUnsafe(Math.min(BLOCK_SIZE, size - at * BLOCK_SIZE));
        readSync(file, block, 0, block.length, at * BLOCK_SIZE);
        this.#blocks[at] = hash("sha256", block);
      }
      this.#size = size;
    } finally {
      closeSync(file);
    }
  }
}
