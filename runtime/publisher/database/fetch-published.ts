import { hash } from "node:crypto";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { eachConcurrently } from "../../core/concurrency.ts";
import { DslError } from "../../core/dsl-error.ts";
import { blockKey, type ManifestDatabase } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { writeAll } from "../../core/write-all.ts";
import type { Published } from "../facts.ts";

const CONCURRENCY = 8;
const decompress = promisify(zstdDecompress);

/**
 * Writes a published database to a new file, each block checked by its name. `onProgress` is told the bytes
 * so far. Throws a DslError when something of it is missing in the bucket or is not what was published.
 */
export async function fetchPublished(
  store: ObjectStore,
  { indexes }: Pick<Published, "indexes">,
  database: ManifestDatabase,
  path: string,
  onProgress: (bytes: number) => void = () => {},
): Promise<void> {
  const index = indexes.get(database.index);
  if (index === undefined) throw damaged(store, database.name);
  const { blocks, blockSize, size } = index;
  const file = await open(path, "wx");
  let done = 0;
  try {
    await eachConcurrently(blocks.entries(), CONCURRENCY, async ([at, sha256]) => {
      const length = Math.min(blockSize, size - at * blockSize);
      const block = await fetchBlock(store, database.name, sha256, length);
      await writeAll(file, block, at * blockSize);
      done += block.length;
      onProgress(done);
    });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One block of the database `name`, checked. Throws a DslError as `fetchPublished` does. */
export async function fetchBlock(
  store: ObjectStore,
  name: string,
  sha256: string,
  length: number,
): Promise<Buffer> {
  const stored = await store.get(blockKey(sha256));
  const block =
    stored && (await decompress(stored.body, { maxOutputLength: length }).catch(() => null));
  if (block === null || hash("sha256", block) !== sha256) throw damaged(store, name);
  return block;
}

function damaged(store: ObjectStore, name: string): DslError {
  return new DslError(
    "damaged_bucket",
    `In the bucket ${store.name}, a part of ${name} is missing or is not what was published`,
    "publish the database again as a whole",
  );
}
