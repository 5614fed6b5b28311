/** A published database as a file again, every byte checked. */
import { createHash, hash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type BlockIndex, hashOfBlocks } from "../../runtime/core/format/block-index.ts";
import { blockKey, type ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import type { Step } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";

const CONCURRENCY = 8;
const decompress = promisify(zstdDecompress);

/**
 * Puts a published database together, beside the target and then renamed: whoever finds the file finds
 * all of it. Throws a DslError (`damaged_bucket`) when it is not what was published.
 */
export async function writeDatabase(
  store: ObjectStore,
  database: ManifestDatabase,
  index: BlockIndex,
  path: string,
  step: Step,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = await open(partial, "wx");
    try {
      await writeBlocks(store, index, file, step);
      await file.sync();
    } finally {
      await file.close();
    }
    // Each block has been checked; these are the hashes of blocks that are in the right order.
    const isRight =
      hashOfBlocks(index.blocks) === database.sha256 ||
      (await sha256Of(partial)) === database.sha256;
    if (!isRight) {
      throw damaged(store, `${database.name}, put together from its blocks,`);
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeBlocks(
  store: ObjectStore,
  { blocks, blockSize, size }: BlockIndex,
  file: FileHandle,
  step: Step,
): Promise<void> {
  let done = 0;
  const show = transfer(step);
  await eachConcurrently(blocks.entries(), CONCURRENCY, async ([at, sha256]) => {
    const length = Math.min(blockSize, size - at * blockSize);
    const stored = await store.get(blockKey(sha256));
    const block =
      stored && (await decompress(stored.body, { maxOutputLength: length }).catch(() => null));
    if (block === null || hash("sha256", block) !== sha256) throw damaged(store, blockKey(sha256));
    await file.write(block, 0, block.length, at * blockSize);
    done += block.length;
    show(done, size);
  });
}

async function sha256Of(path: string): Promise<string> {
  const file = await open(path);
  try {
    const digest = createHash("sha256");
    for await (const chunk of file.createReadStream({ autoClose: false })) digest.update(chunk);
    return digest.digest("hex");
  } finally {
    await file.close();
  }
}

export function damaged(store: ObjectStore, what: string): DslError {
  return new DslError(
    "damaged_bucket",
    `In the bucket ${store.name}, ${what} is missing or is not what was published`,
    "dsl update-stack with the databases puts back what is missing",
  );
}
