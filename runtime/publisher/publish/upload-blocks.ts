import { hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import { eachConcurrently } from "../../core/concurrency.ts";
import { DslError } from "../../core/dsl-error.ts";
import { blockKey } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { BlockSource } from "./missing-blocks.ts";

/** Blocks under way at a time: at most 2 MiB of memory each, raw and compressed. */
const CONCURRENCY = 16;
/** Level 3 compresses 350 to 760 MB/s; higher levels gain little on database pages. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const compress = promisify(zstdCompress);

export interface UploadProgress {
  /** Of the blocks that have to be uploaded. */
  blocks: number;
  totalBlocks: number;
  /** Raw bytes of those blocks. */
  bytes: number;
  totalBytes: number;
}

/**
 * Compresses and uploads blocks. A block that is uploaded twice is written twice, with the same
 * content. Returns the bytes sent.
 */
export async function uploadBlocks(
  store: ObjectStore,
  blocks: BlockSource[],
  onProgress: (progress: UploadProgress) => void,
): Promise<number> {
  const totalBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  const progress = { blocks: 0, totalBlocks: blocks.length, bytes: 0, totalBytes };
  let sent = 0;
  onProgress({ ...progress });
  const files = await openAll(blocks);
  try {
    await eachConcurrently(blocks, CONCURRENCY, async (block) => {
      const raw = await readBlock(files.get(block.file)!, block);
      const compressed = await compress(raw, COMPRESSION);
      await store.put(blockKey(block.sha256), compressed, "application/zstd");
      sent += compressed.length;
      progress.blocks += 1;
      progress.bytes += block.length;
      onProgress({ ...progress });
    });
  } finally {
    for (const file of files.values()) await file.close();
  }
  return sent;
}

async function openAll(blocks: BlockSource[]): Promise<Map<string, FileHandle>> {
  const files = new Map<string, FileHandle>();
  for (const { file } of blocks) {
    if (!files.has(file)) files.set(file, await open(file));
  }
  return files;
}

/** Checks the bytes once more: a block under a wrong name would be wrong for every later version. */
async function readBlock(
  file: FileHandle,
  { sha256, file: path, offset, length }: BlockSource,
): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  if (bytesRead !== length || hash("sha256", buffer) !== sha256) {
    throw new DslError(
      "snapshot_changed",
      `The temporary copy ${path} changed while it was uploaded`,
      "run this again, and let nothing clean up the temporary directory meanwhile",
    );
  }
  return buffer;
}
