/**
 * The list of a database's blocks, and the pages of it that almost every query reads. In the bucket
 * it is one object, so that opening a database costs one request:
 *
 *     0   8 bytes  "dslindex"
 *     8   u32      1, the version of this format
 *     12  u32      bytes of a block
 *     16  u64      bytes of the database
 *     24  u32      bytes of a page; 0 when there are no pages
 *     28  u32      number of pages
 *     32           SHA-256 of each block, 32 bytes each
 *                  numbers of the pages (u32, from 0, ascending), then the pages themselves
 *
 * All numbers are little-endian. Nothing is compressed, so that equal databases give equal bytes
 * whichever zstd wrote them.
 */
import { hash } from "node:crypto";
import { asArray, asCount, asObject, asSha256, InvalidData, parseJson } from "./check.ts";

export interface BlockIndex {
  blockSize: number;
  /** Bytes of the database file. */
  size: number;
  /** SHA-256 of each block's raw bytes, hex, in file order. */
  blocks: string[];
  /** null where none were recorded. */
  hot: HotPages | null;
}

/** Pages of a database that are in memory from the start. */
export interface HotPages {
  pageSize: number;
  /** From 0, ascending. */
  numbers: readonly number[];
  /** As many pages, one after the other. */
  bytes: Uint8Array;
}

const MAGIC = Buffer.from("dslindex");
const VERSION = 1;
const HEADER_BYTES = 32;
const HASH_BYTES = 32;
/** Of a block; whoever reads one allocates so much. All that were ever written have 1 MiB. */
const LARGEST_BLOCK = 1024 * 1024;

/** The SHA-256 in the name of an index, as ManifestDatabase has it. */
export function hashOfIndex(name: string): string {
  return name.replace(/\.bin$/, "");
}

/**
 * The SHA-256 of the hashes of all blocks: what identifies a database whose publisher changes parts of it
 * and never reads the whole.
 */
export function hashOfBlocks(blocks: readonly string[]): string {
  return hash("sha256", Buffer.from(blocks.join(""), "hex"));
}

export function encodeBlockIndex({ blockSize, size, blocks, hot }: BlockIndex): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(blockSize, 12);
  header.writeBigUInt64LE(BigInt(size), 16);
  header.writeUInt32LE(hot?.pageSize ?? 0, 24);
  header.writeUInt32LE(hot?.numbers.length ?? 0, 28);
  const hashes = Buffer.from(blocks.join(""), "hex");
  if (hot === null) return Buffer.concat([header, hashes]);
  const numbers = Buffer.alloc(hot.numbers.length * 4);
  hot.numbers.forEach((page, i) => {
    numbers.writeUInt32LE(page, i * 4);
  });
  return Buffer.concat([header, hashes, numbers, hot.bytes]);
}

/**
 * Reads an index, also one in JSON as dsl 0.1 wrote it. Throws InvalidData when it is none, or when
 * its blocks cannot make up a file of its size.
 */
export function parseBlockIndex(bytes: Buffer): BlockIndex {
  const index = bytes.subarray(0, MAGIC.length).equals(MAGIC)
    ? parseBinary(bytes)
    : parseOlder(bytes.toString());
  const { blockSize, size, blocks } = index;
  if (blockSize > LARGEST_BLOCK) throw new InvalidData(`a block has ${blockSize} bytes`);
  if (blockSize === 0 || blocks.length !== Math.ceil(size / blockSize)) {
    throw new InvalidData(
      `${blocks.length} blocks of ${blockSize} bytes do not make a file of ${size} bytes`,
    );
  }
  return index;
}

function parseOlder(text: string): BlockIndex {
  const index = asObject(parseJson(text, "the block index"), "the block index");
  return {
    blockSize: asCount(index.blockSize, "blockSize"),
    size: asCount(index.size, "size"),
    blocks: asArray(index.blocks, "blocks", asSha256),
    hot: null,
  };
}

function parseBinary(bytes: Buffer): BlockIndex {
  if (bytes.length < HEADER_BYTES) throw new InvalidData("the block index ends early");
  if (bytes.readUInt32LE(8) !== VERSION) {
    throw new InvalidData(`the block index has version ${bytes.readUInt32LE(8)}, not ${VERSION}`);
  }
  const blockSize = bytes.readUInt32LE(12);
  const size = Number(bytes.readBigUInt64LE(16));
  const [pageSize, pages] = [bytes.readUInt32LE(24), bytes.readUInt32LE(28)];
  const count = blockSize === 0 ? 0 : Math.ceil(size / blockSize);
  const hashesEnd = HEADER_BYTES + count * HASH_BYTES;
  const numbersEnd = hashesEnd + pages * 4;
  if (bytes.length !== numbersEnd + pages * pageSize) {
    throw new InvalidData(`the block index has ${bytes.length} bytes, which is not what it says`);
  }
  const hashes = bytes.toString("hex", HEADER_BYTES, hashesEnd);
  const blocks = Array.from({ length: count }, (_, i) =>
    hashes.slice(i * 2 * HASH_BYTES, (i + 1) * 2 * HASH_BYTES),
  );
  if (pages === 0) return { blockSize, size, blocks, hot: null };
  const numbers = Array.from({ length: pages }, (_, i) => bytes.readUInt32LE(hashesEnd + i * 4));
  if (numbers.some((page, i) => i > 0 && page <= numbers[i - 1]!)) {
    throw new InvalidData("the pages of the block index are out of order");
  }
  return { blockSize, size, blocks, hot: { pageSize, numbers, bytes: bytes.subarray(numbersEnd) } };
}
