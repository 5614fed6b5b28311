/**
 * Reads an LTX file from front to back: header, pages, index, trailer. The index is not needed for that;
 * the trailer's checksum is over all of it, with the pages as they are uncompressed.
 */
import { Crc64 } from "./crc64.ts";
import {
  damaged,
  decodeHeader,
  HEADER_BYTES,
  isSnapshot,
  type LtxHeader,
  lockPage,
} from "./ltx-header.ts";
import { decodeBlock, decodeFrame, Lz4Error } from "./lz4.ts";
import { PullBytes } from "./pull-bytes.ts";

const PAGE_HEADER_BYTES = 6;
/** The page is one LZ4 block with its size before it; without, an LZ4 frame (Litestream 0.5.0 to 0.5.9). */
const SIZED = 0x01;
const TRAILER_BYTES = 16;
/** Of a page: its number, where it is and how long, each as a varint (of 32 bits one takes 5 bytes, of 64 it takes 10). */
const INDEX_ENTRY_BYTES = 25;
/** A zero and the length of the index. */
const INDEX_END_BYTES = 9;
const CHECKSUM_BYTES = 8;
/** All checksums have it, so that none is 0. */
const CHECKSUM_FLAG = 1n << 63n;

/** Takes a page; `data` is only good until it resolves. */
export type OnPage = (number: number, data: Buffer) => void | Promise<void>;

/**
 * Hands over each page of the file. When it resolves, the whole file was read and its checksum is right.
 * @returns the header, and the checksum of the database after the file (null when it keeps none)
 * @throws LoadError
 */
export async function readLtx(
  name: string,
  pieces: AsyncIterable<Buffer>,
  onPage: OnPage,
): Promise<{ header: LtxHeader; postApplyChecksum: bigint | null }> {
  const reader = new LtxReader(name, new PullBytes(pieces));
  try {
    return await reader.read(onPage);
  } catch (error) {
    if (error instanceof Lz4Error) {
      throw damaged(name, `page ${reader.page} is no page: ${error.message}`, error);
    }
    throw error;
  }
}

class LtxReader {
  /** The one that is read. */
  page = 0;
  readonly #name: string;
  readonly #bytes: PullBytes;
  readonly #checksum = new Crc64();

  constructor(name: string, bytes: PullBytes) {
    this.#name = name;
    this.#bytes = bytes;
  }

  async read(onPage: OnPage): Promise<{ header: LtxHeader; postApplyChecksum: bigint | null }> {
    const header = decodeHeader(await this.#hashed(HEADER_BYTES), this.#name);
    const whole = isSnapshot(header) && header.hasChecksums ? new DatabaseChecksum() : null;
    const data = Buffer.alloc(header.pageSize);
    let pages = 0;
    while (await this.#readPage(header, data)) {
      pages++;
      whole?.add(this.page, data);
      await onPage(this.page, data);
    }
    const expected = header.commit - (header.commit >= lockPage(header.pageSize) ? 1 : 0);
    if (isSnapshot(header) && pages !== expected) {
      throw damaged(this.#name, `it has ${pages} pages of ${expected}`);
    }
    const postApply = await this.#trailer(pages);
    if (whole !== null && whole.value !== postApply) {
      throw damaged(this.#name, "its pages are not those of the database that it was made of");
    }
    return { header, postApplyChecksum: header.hasChecksums ? postApply : null };
  }

  /** @returns false at the end of the pages */
  async #readPage({ pageSize, commit }: LtxHeader, data: Buffer): Promise<boolean> {
    const head = await this.#hashed(PAGE_HEADER_BYTES);
    const number = head.readUInt32BE(0);
    const flags = head.readUInt16BE(4);
    if (number === 0 && flags === 0) return false;
    if ((flags & ~SIZED) !== 0) throw this.#otherVersion(flags);
    if (number <= this.page || number > commit || number === lockPage(pageSize)) {
      throw damaged(this.#name, `page ${number} follows page ${this.page} of ${commit}`);
    }
    this.page = number;
    if (flags & SIZED) {
      const size = (await this.#hashed(4)).readUInt32BE();
      // What cannot be compressed grows a little.
      if (size > 2 * pageSize) throw damaged(this.#name, `page ${number} has ${size} bytes`);
      const end = decodeBlock(await this.#take(size), data);
      if (end !== pageSize) throw damaged(this.#name, `page ${number} has ${end} bytes`);
    } else {
      await decodeFrame((length) => this.#take(length), data);
    }
    this.#checksum.update(data);
    return true;
  }

  async #trailer(pages: number): Promise<bigint> {
    const most = pages * INDEX_ENTRY_BYTES + INDEX_END_BYTES + TRAILER_BYTES;
    const rest = await this.#bytes.take(most + 1);
    if (rest.length > most) throw damaged(this.#name, "its index is longer than its pages allow");
    if (rest.length < TRAILER_BYTES) throw this.#ended();
    this.#checksum.update(rest.subarray(0, rest.length - CHECKSUM_BYTES));
    if (
      (this.#checksum.value | CHECKSUM_FLAG) !==
      rest.readBigUInt64BE(rest.length - CHECKSUM_BYTES)
    ) {
      throw damaged(this.#name, "its checksum is wrong");
    }
    return rest.readBigUInt64BE(rest.length - TRAILER_BYTES);
  }

  async #hashed(length: number): Promise<Buffer> {
    const bytes = await this.#take(length);
    this.#checksum.update(bytes);
    return bytes;
  }

  async #take(length: number): Promise<Buffer> {
    const bytes = await this.#bytes.take(length);
    if (bytes.length < length) throw this.#ended();
    return bytes;
  }

  #ended(): Error {
    return damaged(this.#name, "it ends too early");
  }

  /** Version 2 says LTX1, too, but its pages have shorter headers. */
  #otherVersion(flags: number): Error {
    const hint = "before Litestream 0.5.0 the format was another; let a newer one make a snapshot";
    return damaged(
      this.#name,
      `a page has the flags ${flags}, which version 3 does not know (${hint})`,
    );
  }
}

/** The checksum of a database: of all pages with their numbers, in any order. */
export class DatabaseChecksum {
  #value = 0n;

  /** Adding a page again takes it away. */
  add(number: number, data: Uint8Array): void {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(number);
    this.#value ^= new Crc64().update(head).update(data).value;
  }

  get value(): bigint {
    return this.#value | CHECKSUM_FLAG;
  }
}
