import type { BlockIndex } from "../format/block-index.ts";
import { fetchBlock, fetchIndex } from "../format/blocks.ts";
import type { ManifestDatabase } from "../format/manifest.ts";
import type { Bucket } from "../store/s3.ts";
import type { BlockFile } from "./page-file.ts";

/** A published database in the bucket, block by block. Throws what `fetchIndex` throws. */
export async function storedBlocks(bucket: Bucket, database: ManifestDatabase): Promise<BlockFile> {
  const index = await fetchIndex(bucket, database);
  return blockFile(
    index,
    async (sha256, length) => (await fetchBlock(bucket, sha256, length)).block,
  );
}

/** `fetch` brings the raw bytes of a block, of which there are `length`. */
export function blockFile(
  { size, blockSize, blocks }: BlockIndex,
  fetch: (sha256: string, length: number) => Promise<Uint8Array>,
): BlockFile {
  const read = (block: number) =>
    fetch(blocks[block]!, Math.min(blockSize, size - block * blockSize));
  return { size, blockSize, blocks, read };
}
