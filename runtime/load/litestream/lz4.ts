/**
 * LZ4, as far as LTX files have it: blocks and frames of one page each.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */

/** The bytes are no LZ4, or more or fewer than a page. */
export class Lz4Error extends Error {}

const SHORTEST_MATCH = 4;

/**
 * Decodes `source` into `target` from `at` on; what is before it may be referred to.
 * @returns where the decoded bytes end
 * @throws Lz4Error
 */
export function decodeBlock(source: Uint8Array, target: Uint8Array, at = 0): number {
  let read = 0;
  let written = at;
  const more = (length: number): number => {
    if (length < 15) return length;
    let sum = length;
    for (let byte = 255; byte === 255; sum += byte) {
      byte = source[read++] ?? fail("it ends within a length");
    }
    return sum;
  };
  while (read < source.length) {
    const token = source[read++]!;
    const literals = more(token >> 4);
    if (read + literals > source.length) fail("it ends within literals");
    if (written + literals > target.length) fail("it is longer than a page");
    target.set(source.subarray(read, read + literals), written);
    read += literals;
    written += literals;
    if (read === source.length) return written;
    const offset = source[read]! | ((source[read + 1] ?? fail("it ends within an offset")) << 8);
    read += 2;
    const length = more(token & 15) + SHORTEST_MATCH;
    if (offset === 0 || offset > written) fail(`an offset of ${offset} leads out of it`);
    if (written + length > target.length) fail("it is longer than a page");
    // A match may overlap itself: then it repeats.
    if (offset >= length) target.copyWithin(written, written - offset, written - offset + length);
    else for (let i = 0; i < length; i++) target[written + i] = target[written + i - offset]!;
    written += length;
  }
  return written;
}

const FRAME_MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x8000_0000;
const FLAG = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 };

/** Gives the next bytes of a file, all of them. */
export type Take = (length: number) => Promise<Buffer>;

/**
 * Decodes one frame into `target`, which it must fill. Its checksums are not looked at: LTX has its own.
 * @throws Lz4Error
 */
export async function decodeFrame(take: Take, target: Uint8Array): Promise<void> {
  if ((await take(4)).readUInt32LE() !== FRAME_MAGIC) fail("it does not begin as a frame does");
  const flags = (await take(2))[0]!;
  if (flags >> 6 !== 1) fail(`its version is ${flags >> 6}`);
  if (flags & FLAG.dictionary) fail("it needs a dictionary");
  await take((flags & FLAG.contentSize ? 8 : 0) + 1);
  let written = 0;
  for (;;) {
    const size = (await take(4)).readUInt32LE();
    if (size === 0) break;
    const length = size & ~UNCOMPRESSED;
    // A block that would be larger compressed is stored as it is.
    if (length > target.length) fail("a block is longer than a page");
    const block = await take(length);
    if (size >= UNCOMPRESSED) {
      if (written + length > target.length) fail("it is longer than a page");
      target.set(block, written);
      written += length;
    } else {
      written = decodeBlock(block, target, written);
    }
    if (flags & FLAG.blockChecksum) await take(4);
  }
  if (flags & FLAG.contentChecksum) await take(4);
  if (written !== target.length) fail("it is shorter than a page");
}

function fail(why: string): never {
  throw new Lz4Error(why);
}
