/** A published database as a file again, every byte checked. */
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type BlockIndex, hashOfBlocks } from "../../runtime/core/format/block-index.ts";
import type { ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { fetchPublished } from "../../runtime/publisher/database/fetch-published.ts";
import { makeFolder } from "../make-folder.ts";
import type { Step } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";

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
  makeFolder(dirname(path), "another --out");
  const partial = `${path}.${process.pid}.partial`;
  try {
    const show = transfer(step);
    const indexes = new Map([[database.index, index]]);
    await fetchPublished(store, { indexes }, database, partial, (done) => show(done, index.size));
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
