/** Writes LTX files as Litestream does, to test what reads them; knows nothing of the code that does. */

export type Compression = "block" | "frame";

export interface WrittenFile {
  pageSize: number;
  /** Pages of the database. */
  commit: number;
  minTxid: number;
  maxTxid: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  flags?: number;
  preApplyChecksum?: bigint;
  postApplyChecksum?: bigint;
  pages: [number: number, data: Buffer][];
  compression?: Compression;
  /** How a page becomes an LZ4 block. */
  compress?: (page: Buffer) => Buffer;
}

export const FLAG = 1n << 63n;
export const NO_CHECKSUM = 2;

export function writeLtx(file: WrittenFile): Buffer {
  const { pages, compression = "block", compress = lz4Block } = file;
  const parts: Buffer[] = [];
  const hashed: Buffer[] = [];
  let size = 0;
  const put = (bytes: Buffer, isHashed = true) => {
    parts.push(bytes);
    if (isHashed) hashed.push(bytes);
    size += bytes.length;
  };
  put(header(file));
  const index: Buffer[] = [];
  for (const [number, data] of pages) {
    const start = size;
    const head = Buffer.alloc(6);
    head.writeUInt32BE(number);
    head.writeUInt16BE(compression === "block" ? 1 : 0, 4);
    put(head);
    const block = compress(data);
    if (compression === "block") {
      put(u32(block.length));
      put(block, false);
    } else {
      put(lz4Frame(block), false);
    }
    hashed.push(data);
    index.push(uvarint(number), uvarint(start), uvarint(size - start));
  }
  put(Buffer.alloc(6));
  const indexBytes = Buffer.concat([...index, Buffer.from([0])]);
  put(indexBytes);
  put(u64(BigInt(indexBytes.length)));
  put(u64(file.postApplyChecksum ?? 0n));
  parts.push(u64(FLAG | crc64(Buffer.concat(hashed))));
  return Buffer.concat(parts);
}

/** The checksum of a whole database. */
export function databaseChecksum(pages: [number: number, data: Buffer][]): bigint {
  let sum = 0n;
  for (const [number, data] of pages) sum ^= crc64(Buffer.concat([u32(number), data]));
  return FLAG | sum;
}

/** Bit by bit, as the definition says. */
export function crc64(bytes: Buffer): bigint {
  let crc = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes) crc = TABLE[Number((crc ^ BigInt(byte)) & 0xffn)]! ^ (crc >> 8n);
  return crc ^ 0xffff_ffff_ffff_ffffn;
}

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let crc = BigInt(index);
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1n ? (crc >> 1n) ^ 0xd800_0000_0000_0000n : crc >> 1n;
  }
  return crc;
});

function header(file: WrittenFile): Buffer {
  const bytes = Buffer.alloc(100);
  bytes.write("LTX1", 0, "latin1");
  bytes.writeUInt32BE(file.flags ?? 0, 4);
  bytes.writeUInt32BE(file.pageSize, 8);
  bytes.writeUInt32BE(file.commit, 12);
  bytes.writeBigUInt64BE(BigInt(file.minTxid), 16);
  bytes.writeBigUInt64BE(BigInt(file.maxTxid), 24);
  bytes.writeBigUInt64BE(BigInt(file.timestamp), 32);
  bytes.writeBigUInt64BE(file.preApplyChecksum ?? 0n, 40);
  return bytes;
}

/** A greedy LZ4: matches of at least 4 bytes, the last 5 bytes literal. */
export function lz4Block(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  const seen = new Map<number, number>();
  let literalsFrom = 0;
  let at = 0;
  while (at + 12 < data.length) {
    const word = data.readUInt32LE(at);
    const before = seen.get(word);
    seen.set(word, at);
    if (before === undefined) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < data.length - 5 && data[before + length] === data[at + length]) length++;
    parts.push(sequence(data.subarray(literalsFrom, at), at - before, length));
    at += length;
    literalsFrom = at;
  }
  parts.push(sequence(data.subarray(literalsFrom), 0, 0));
  return Buffer.concat(parts);
}

/** Literals, and a match of `length` bytes `offset` before; a length of 0 for none, at the end. */
export function sequence(literals: Buffer, offset: number, length: number): Buffer {
  const match = length === 0 ? 0 : length - 4;
  const token = (Math.min(15, literals.length) << 4) | Math.min(15, match);
  const end = length === 0 ? [] : [offset & 255, offset >> 8, ...more(match)];
  return Buffer.from([token, ...more(literals.length), ...literals, ...end]);
}

function more(length: number): number[] {
  if (length < 15) return [];
  const bytes: number[] = [];
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  return [...bytes, rest];
}

/** One block and a content checksum that nobody reads. */
function lz4Frame(block: Buffer): Buffer {
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0b0110_0100, 0x40, 0xa7]);
  return Buffer.concat([head, u32le(block.length), block, u32le(0), u32le(0x1234)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u32le(value: number): Buffer {
  return u32(value).reverse();
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
