/**
 * Deleted rows are still in a database file until something is written over them. This clears them
 * from a private copy: free pages, and the free space inside pages. No live byte moves, so that the
 * blocks of the file stay the same from one publish to the next, and the same content gives the same
 * bytes. https://www.sqlite.org/fileformat2.html
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import Database from "better-sqlite3";
import { DslError } from "../../core/dsl-error.ts";
import { writeAllSync } from "../../core/write-all.ts";
import { BadPage, readBtreePage } from "./btree-page.ts";
import { checkIntegrity } from "./integrity.ts";
import { translateSqliteError } from "./sqlite-errors.ts";
import { HEADER_SIZE, parseSqliteHeader } from "./sqlite-header.ts";

/** SQLite keeps its locks at this byte, and stores nothing in the page that has it. */
const LOCK_BYTE = 1_073_741_824;
/** Pages between two turns of other work: some 10 ms. */
const PAGES_PER_TURN = 1000;

/** Told what each page of a database is, while its free space is cleared. Pages are counted from 1. */
export interface PageObserver {
  /** Nothing is stored in it. */
  free(page: number): void;
  /** Of the tree that begins at page `root`, where `parent` refers to it (0: none, it is the root itself). */
  tree(page: number, root: number, parent: number, rows: number): void;
  /** The last page of a value that needs pages of its own; `used` bytes of it are in use. */
  overflowEnd(page: number, used: number): void;
}

/**
 * Clears all free space of the database file at `path`, which nobody else may have open and which must
 * not be in write-ahead-log mode. Resolves with the number of pages that were changed. Throws a DslError
 * that names `source` when the file is damaged. Takes about as long as hashing the file.
 */
export async function scrubFreeSpace(
  path: string,
  source: string,
  onProgress: (donePages: number, totalPages: number) => void = () => {},
  observer: PageObserver | null = null,
): Promise<number> {
  const file = openSync(path, "r+");
  try {
    const scrubber = new Scrubber(file, observer);
    const roots = rootPages(path);
    scrubber.clearFreelist();
    for (const root of roots) scrubber.push(root);
    while (scrubber.clearNextTree(PAGES_PER_TURN)) {
      onProgress(scrubber.seenPages, scrubber.pageCount);
      await breathe();
    }
    return scrubber.changedPages;
  } catch (error) {
    if (!(error instanceof BadPage)) throw translateSqliteError(error, source);
    checkIntegrity(path, source);
    throw new DslError(
      "free_space_unreadable",
      `The free space of ${source} could not be cleared of deleted rows: ${error.message}`,
      "VACUUM the database, or publish its free space, too: --keep-free-space",
      { cause: error },
    );
  } finally {
    closeSync(file);
  }
}

/** The root pages of all tables and indexes; the schema's own is page 1. */
export function rootPages(path: string): number[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const roots = database.prepare<[], number>(
      "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 ORDER BY rootpage",
    );
    return [1, ...roots.pluck().all()];
  } finally {
    database.close();
  }
}

class Scrubber {
  readonly pageCount: number;
  changedPages = 0;
  seenPages = 0;
  readonly #file: number;
  readonly #pageSize: number;
  /** Page size without the bytes that extensions reserve at the end of each page. */
  readonly #usable: number;
  readonly #header: Buffer;
  /** One byte a page: 1 when it was looked at, so that a damaged file cannot lead in circles. */
  readonly #seen: Uint8Array;
  readonly #todo: { page: number; root: number; parent: number }[] = [];
  readonly #zeros: Buffer;
  readonly #observer: PageObserver | null;

  constructor(file: number, observer: PageObserver | null) {
    this.#file = file;
    this.#observer = observer;
    this.#header = Buffer.alloc(HEADER_SIZE);
    readSync(file, this.#header, 0, HEADER_SIZE, 0);
    const header = parseSqliteHeader(this.#header);
    if (header === null) throw new BadPage("its header is none");
    // Where the header's count is not kept up, the file's length says it.
    const pageCount = header.pageCount ?? Math.floor(fstatSync(file).size / header.pageSize);
    this.pageCount = pageCount;
    this.#pageSize = header.pageSize;
    this.#usable = header.pageSize - this.#header[20]!;
    this.#seen = new Uint8Array(pageCount + 1);
    this.#zeros = Buffer.alloc(header.pageSize);
  }

  push(root: number): void {
    this.#todo.push({ page: root, root, parent: 0 });
  }

  /** Trunk pages list leaf pages, which hold nothing: https://www.sqlite.org/fileformat2.html#the_freelist */
  clearFreelist(): void {
    let trunk = this.#header.readUInt32BE(32);
    while (trunk !== 0) {
      const page = this.#read(trunk);
      const leaves = page.readUInt32BE(4);
      const used = 8 + 4 * leaves;
      if (used > this.#usable) throw new BadPage(`free page ${trunk} lists ${leaves} pages`);
      for (let i = 0; i < leaves; i++) {
        const leaf = page.readUInt32BE(8 + 4 * i);
        const before = this.#read(leaf);
        this.#write(leaf, before, this.#cleared(before, 0));
        this.#observer?.free(leaf);
      }
      this.#write(trunk, page, this.#cleared(page, used));
      this.#observer?.free(trunk);
      trunk = page.readUInt32BE(0);
    }
  }

  /** Goes on through the trees for about `pages` pages; false when all is done. */
  clearNextTree(pages: number): boolean {
    for (let i = 0; i < pages; i++) {
      const next = this.#todo.pop();
      if (next === undefined) return false;
      const { page: number, root, parent } = next;
      const page = this.#read(number);
      const tree = readBtreePage(page, number === 1 ? HEADER_SIZE : 0, this.#usable);
      this.#write(number, page, tree.clean);
      this.#observer?.tree(number, root, parent, tree.rows);
      for (const child of tree.children) this.#todo.push({ page: child, root, parent: number });
      for (const overflow of tree.overflows) this.#clearOverflow(overflow.page, overflow.bytes);
    }
    return true;
  }

  /** Of a chain of overflow pages, only the last can have room left. */
  #clearOverflow(first: number, bytes: number): void {
    const capacity = this.#usable - 4;
    let number = first;
    for (let left = bytes; left > 0; left -= capacity) {
      const page = this.#read(number);
      if (left < capacity) {
        this.#write(number, page, this.#cleared(page, 4 + left));
        this.#observer?.overflowEnd(number, 4 + left);
      }
      number = page.readUInt32BE(0);
    }
  }

  /** A copy of the page with zeros from `used` on; reserved bytes stay. */
  #cleared(page: Buffer, used: number): Buffer {
    const cleared = Buffer.from(page);
    this.#zeros.copy(cleared, used, 0, this.#usable - used);
    return cleared;
  }

  /** Each page can be read once. */
  #read(number: number): Buffer {
    if (
      number < 1 ||
      number > this.pageCount ||
      number === Math.floor(LOCK_BYTE / this.#pageSize) + 1
    ) {
      throw new BadPage(`there is no page ${number}`);
    }
    if (this.#seen[number] === 1) throw new BadPage(`page ${number} is used twice`);
    this.#seen[number] = 1;
    this.seenPages++;
    const page = Buffer.allocUnsafe(this.#pageSize);
    const read = readSync(this.#file, page, 0, this.#pageSize, (number - 1) * this.#pageSize);
    if (read !== this.#pageSize) throw new BadPage(`page ${number} is cut off`);
    return page;
  }

  #write(number: number, before: Buffer, after: Buffer): void {
    if (before.equals(after)) return;
    writeAllSync(this.#file, after, (number - 1) * this.#pageSize);
    this.changedPages++;
  }
}
