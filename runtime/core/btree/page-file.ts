/**
 * The pages of a database file of which only some are read: out of its blocks, which are had one by one.
 * https://www.sqlite.org/fileformat2.html
 */
import { RecentMap } from "../sqlite/recent-map.ts";

/** Where the bytes of a file are. */
export interface BlockFile {
  /** Bytes. */
  size: number;
  blockSize: number;
  /** The SHA-256 of each block, hex: equal ones have equal bytes. */
  blocks: readonly string[];
  read(block: number): Promise<Uint8Array>;
}

/** Blocks that are kept at a time: the upper levels of a tree, and where the reader is. */
const KEPT_BLOCKS = 12;
const HEADER_BYTES = 100;
/** Bytes of pages that are kept beside them: a small function has to have room for two files. */
const ROOM = 4 * 1024 * 1024;

/** The file is not one of SQLite's, or a part of it contradicts another. */
export class DamagedDatabase extends Error {
  override readonly name = "DamagedDatabase";
}

/** What reads has been told to end. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

export class PageFile {
  readonly file: BlockFile;
  readonly pageSize: number;
  /** Bytes of a page that hold data. */
  readonly usable: number;
  readonly pages: number;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  /** The first page of the list of free ones; 0 for none. */
  readonly freelist: number;
  /** Whether some pages say where others belong (auto_vacuum). */
  readonly hasPointerMap: boolean;
  readonly #kept = new RecentMap<Promise<Uint8Array>>(KEPT_BLOCKS);
  readonly #pages = new Map<number, Uint8Array>();
  readonly #goesOn: () => boolean;
  #room: number;

  private constructor(file: BlockFile, header: DataView, goesOn: () => boolean, room: number) {
    const size = header.getUint16(16);
    this.file = file;
    this.#goesOn = goesOn;
    this.#room = room;
    this.pageSize = size === 1 ? 65536 : size;
    this.usable = this.pageSize - header.getUint8(20);
    this.pages = Math.floor(file.size / this.pageSize);
    this.freelist = header.getUint32(32);
    this.hasPointerMap = header.getUint32(52) !== 0;
    const encoding = header.getUint32(56);
    this.encoding = encoding === 2 ? "utf-16le" : encoding === 3 ? "utf-16be" : "utf-8";
    const isPower = this.pageSize >= 512 && (this.pageSize & (this.pageSize - 1)) === 0;
    if (!isPower || file.blockSize % this.pageSize !== 0 || this.usable < 480) {
      throw new DamagedDatabase(`pages of ${this.pageSize} bytes cannot be read`);
    }
  }

  /**
   * Reads the first block. An empty file has no pages and cannot be opened. `goesOn` is asked before each page:
   * where it says no, OutOfTime is thrown. `room` is for what `keep` is given, in bytes.
   */
  static async open(
    file: BlockFile,
    goesOn: () => boolean = () => true,
    room = ROOM,
  ): Promise<PageFile> {
    const first = await file.read(0);
    if (first.length < HEADER_BYTES) throw new DamagedDatabase("the file has no header");
    const opened = new PageFile(file, viewOf(first), goesOn, room);
    opened.#kept.set("0", Promise.resolve(first));
    return opened;
  }

  /** Numbers begin with 1. Throws DamagedDatabase and OutOfTime. */
  async page(number: number): Promise<Uint8Array> {
    if (!this.#goesOn()) throw new OutOfTime();
    if (!(number >= 1 && number <= this.pages)) {
      throw new DamagedDatabase(`there is no page ${number}`);
    }
    const kept = this.#pages.get(number);
    if (kept !== undefined) return kept;
    const start = (number - 1) * this.pageSize;
    const block = Math.floor(start / this.file.blockSize);
    const bytes = await this.block(block);
    const at = start - block * this.file.blockSize;
    return bytes.subarray(at, at + this.pageSize);
  }

  /** For a page that will be asked for again: its block need not be read once more then, if there is room. */
  keep(number: number, bytes: Uint8Array): void {
    if (this.#room < bytes.length) return;
    this.#room -= bytes.length;
    // A copy: otherwise all of the block would be kept.
    this.#pages.set(number, Uint8Array.from(bytes));
  }

  block(block: number): Promise<Uint8Array> {
    const key = String(block);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const read = this.file.read(block);
    this.#kept.set(key, read);
    return read;
  }

  /** Pages that belong to no tree, whatever is in them. */
  isPointerMap(page: number): boolean {
    if (!this.hasPointerMap || page < 2) return false;
    return (page - 2) % (Math.floor(this.usable / 5) + 1) === 0;
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
