/** Single objects of the block store: fetched, decompressed, and verified by their names. */
import { hash } from "node:crypto";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { giveBack } from "../give-back.ts";
import type { Bucket } from "../store/s3.ts";
import { type BlockIndex, hashOfIndex, parseBlockIndex } from "./block-index.ts";
import { blockKey, indexKey, type ManifestDatabase } from "./manifest.ts";

const decompress = promisify(zstdDecompress);

/** How often an object that is not what its name says is fetched before giving up. */
const ATTEMPTS = 3;
/**
 * A chunk that is exactly full makes zlib allocate the next one, which nothing is written to: for each
 * block another megabyte that waits for the garbage collector.
 */
const SPARE = 64;

/** What is in the bucket is not what was published there. */
export class CorruptObject extends Error {
  override readonly name = "CorruptObject";
}

/** Throws CorruptObject, or what `Bucket.get` throws. */
export async function fetchIndex(bucket: Bucket, database: ManifestDatabase): Promise<BlockIndex> {
  const key = indexKey(database.index);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { body } = await bucket.get(key);
    if (hash("sha256", body) !== hashOfIndex(database.index)) continue;
    const index = parseBlockIndex(body);
    if (index.size === database.size) return index;
    const { name, size } = database;
    throw new CorruptObject(`${key} describes ${index.size} bytes, but ${name} has ${size}`);
  }
  throw new CorruptObject(`${key} does not match its name`);
}

/**
 * The raw bytes of a block. `length` is known from the index. Returns the compressed size, too.
 * Throws CorruptObject, or what `Bucket.get` throws.
 */
export async function fetchBlock(
  bucket: Bucket,
  sha256: string,
  length: number,
): Promise<{ block: Buffer; compressedBytes: number }> {
  const key = blockKey(sha256);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { body } = await bucket.get(key);
    const block = await decompressBlock(body, length);
    const compressedBytes = body.length;
    giveBack(body);
    if (block !== null && isBlock(block, sha256, length)) {
      return { block, compressedBytes };
    }
  }
  throw new CorruptObject(`${key} does not match its name`);
}

export function isBlock(block: Buffer, sha256: string, length: number): boolean {
  return block.length === length && hash("sha256", block) === sha256;
}

/** null when the bytes are not zstd or hold more than `length`. */
async function decompressBlock(body: Buffer, length: number): Promise<Buffer | null> {
  return decompress(body, { maxOutputLength: length, chunkSize: length + SPARE }).catch(() => null);
}
