/**
 * The private copy of a followed database: what is published of it. It is the state after a commit, without
 * what is left of deleted rows, in journal mode DELETE, and it knows the hash of each of its blocks.
 */
import { hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { DslError } from "../../core/dsl-error.ts";
import { hashOfBlocks } from "../../core/format/block-index.ts";
import { BLOCK_SIZE } from "../../core/format/manifest.ts";
import { writeAllSync } from "../../core/write-all.ts";
import { BadPage } from "./btree-page.ts";
import { translateFileError } from "./file-errors.ts";
import { type HashedFile, hashFile } from "./hash-file.ts";
import { PageMap } from "./page-map.ts";
import { rootPages, scrubFreeSpace } from "./scrub.ts";
import { parseSqliteHeader } from "./sqlite-header.ts";

/** Where a database's header has the number that every change of the schema counts up. */
const SCHEMA_COOKIE = 40;
/** Where it says that the file is in write-ahead-log mode, twice. */
const JOURNAL_MODE = 18;
/** Where it says whether pages are moved to the front when some became free; 0: they are not. */
const AUTO_VACUUM = 52;

export interface Size {
  pageSize: number;
  pageCount: number;
}

/** What commits have changed: pages as the last of them wrote them, counted from 1. */
export interface Changes {
  pages: Map<number, Buffer>;
  /** Of the database after the last commit. */
  pageCount: number;
  /** At some time meanwhile it had fewer than before. */
  hasShrunk: boolean;
}

export class Mirror {
  readonly path: string;
  readonly #source: string;
  #size: Size = { pageSize: 0, pageCount: 0 };
  #map = new PageMap(0);
  #blocks: string[] = [];
  #roots: ReadonlySet<number> = new Set();
  #tables: ReadonlyMap<string, number> = new Map();
  #schemaCookie = -1;

  /** `source` is the file as the user named it, for messages. */
  constructor(path: string, source: string) {
    this.path = path;
    this.#source = source;
  }

  get content(): HashedFile {
    const { pageSize, pageCount } = this.#size;
    const blocks = [...this.#blocks];
    return { size: pageSize * pageCount, blocks, sha256: hashOfBlocks(blocks) };
  }

  /** Changes whenever tables come, go or change. */
  get schemaCookie(): number {
    return this.#schemaCookie;
  }

  /** The rows of each table that has some of its own. */
  get counts(): Map<string, number> {
    return new Map([...this.#tables].map(([name, root]) => [name, this.#map.rowsOf(root)]));
  }

  /**
   * Makes the copy anew: `copy` writes all pages into the file and says how many. Takes 2 to 3 s a gigabyte.
   * Throws what `copy` throws, and a DslError for a damaged database.
   */
  async rebuild(copy: (file: number) => Promise<Size>): Promise<void> {
    for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(this.path + suffix, { force: true });
    // Not readable by others. What cleans temporary directories may have taken the folder away.
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = openSync(this.path, "a+", 0o600);
    closeSync(file);
    await withFile(this.path, async (target) => {
      this.#size = await copy(target);
      ftruncateSync(target, this.#size.pageSize * this.#size.pageCount);
      writeAllSync(target, Buffer.from([1, 1]), JOURNAL_MODE);
    });
    this.#map = new PageMap(this.#size.pageCount);
    await scrubFreeSpace(this.path, this.#source, () => {}, this.#map);
    this.#blocks = (await hashFile(this.path)).blocks;
    await withFile(this.path, async (target) => {
      this.#readSchema(readAt(target, 0, 100).readUInt32BE(SCHEMA_COOKIE));
    });
  }

  /**
   * Takes over what commits have written. Returns false when the pages alone do not say what they are: the file
   * then has them, but what else is known of it must be found out by a `rebuild`. Throws a DslError where the disk is
   * full or the copy is gone.
   */
  apply({ pages, pageCount, hasShrunk }: Changes): boolean {
    const { pageSize } = this.#size;
    if (!existsSync(this.path)) throw copyGone(this.#source);
    const file = openSync(this.path, "r+");
    try {
      const blocksBefore = this.#blocks.length;
      const sizeBefore = this.#size.pageCount;
      this.#size = { pageSize, pageCount };
      for (const [page, bytes] of pages) this.#write(file, page, bytes);
      ftruncateSync(file, pageSize * pageCount);
      const header = readAt(file, 0, 100);
      const reserved = header[20]!;
      const cookie = header.readUInt32BE(SCHEMA_COOKIE);
      const hasNewSchema = cookie !== this.#schemaCookie;
      const mayHaveMoved = header.readUInt32BE(AUTO_VACUUM) !== 0 && (hasShrunk || hasNewSchema);
      if (mayHaveMoved || parseSqliteHeader(header)?.pageSize !== pageSize) return false;
      if (hasNewSchema) this.#readSchema(cookie);
      const clean = this.#map.follow({
        pages,
        pageCount,
        roots: this.#roots,
        usable: pageSize - reserved,
        read: (page) => pages.get(page) ?? readAt(file, (page - 1) * pageSize, pageSize),
      });
      for (const [page, bytes] of clean) this.#write(file, page, bytes);
      this.#rehash(file, new Set([...pages.keys(), ...clean.keys()]), blocksBefore, sizeBefore);
      return true;
    } catch (error) {
      if (error instanceof BadPage) return false;
      throw translateFileError(error, this.#source);
    } finally {
      closeSync(file);
    }
  }

  /** The header speaks of no log: readers of what is published have none. */
  #write(file: number, page: number, bytes: Buffer): void {
    const { pageSize } = this.#size;
    writeAllSync(file, bytes, (page - 1) * pageSize);
    if (page === 1) writeAllSync(file, Buffer.from([1, 1]), JOURNAL_MODE);
  }

  #rehash(file: number, pages: ReadonlySet<number>, blocksBefore: number, pagesBefore: number) {
    const { pageSize, pageCount } = this.#size;
    const size = pageSize * pageCount;
    const count = Math.ceil(size / BLOCK_SIZE);
    const changed = new Set(
      [...pages].map((page) => Math.floor(((page - 1) * pageSize) / BLOCK_SIZE)),
    );
    // The last block of before may have become longer or shorter, and new ones may have pages of no use.
    if (pageCount !== pagesBefore) {
      for (let at = Math.max(0, Math.min(blocksBefore, count) - 1); at < count; at++) {
        changed.add(at);
      }
    }
    this.#blocks.length = count;
    for (const at of changed) {
      if (at >= count) continue;
      const length = Math.min(BLOCK_SIZE, size - at * BLOCK_SIZE);
      this.#blocks[at] = hash("sha256", readAt(file, at * BLOCK_SIZE, length));
    }
  }

  #readSchema(cookie: number): void {
    this.#roots = new Set(rootPages(this.path));
    const database = new Database(this.path, { readonly: true, fileMustExist: true });
    try {
      const tables = database.prepare<[], [string, number]>(
        "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table' AND rootpage > 0",
      );
      this.#tables = new Map(tables.raw().all());
    } finally {
      database.close();
    }
    this.#schemaCookie = cookie;
  }
}

function copyGone(source: string): DslError {
  return new DslError(
    "copy_gone",
    `The private copy of ${source} was removed from the temporary directory`,
    "keep what cleans that directory from running programs' files; the copy is made anew",
  );
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const read = readSync(file, bytes, 0, length, offset);
  if (read !== length) throw new BadPage(`the copy ends before byte ${offset + length}`);
  return bytes;
}

async function withFile(path: string, work: (file: number) => Promise<void>): Promise<void> {
  const file = openSync(path, "r+");
  try {
    await work(file);
  } finally {
    closeSync(file);
  }
}
