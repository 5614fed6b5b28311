/** `dsl download NAME [DATABASE]`: a published database as a file again, every byte checked. */

import { createHash, hash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type BlockIndex, hashOfBlocks } from "../../runtime/core/format/block-index.ts";
import { blockKey, type ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { formatBytes, formatShare } from "../../runtime/core/quantities.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter, Step } from "../terminal/reporter.ts";
import { openSite } from "./open-site.ts";
import { requireVersion } from "./versions.ts";

const CONCURRENCY = 8;
const decompress = promisify(zstdDecompress);

export interface DownloadRequest {
  site: string;
  /** null: all databases. */
  database: string | null;
  /** null: the current one. */
  version: number | null;
  /** An existing folder, or for one database the file to write; null: the current folder. */
  out: string | null;
  /** Replace files that are there. */
  force: boolean;
}

/** Throws a DslError: no such site, version or database, a file in the way, a damaged bucket. */
export async function download(
  clients: AwsClients,
  { site: name, database, version, out, force }: DownloadRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const manifest = version === null ? site.published.manifest : await requireVersion(site, version);
  const wanted = manifest.databases.filter((one) => database === null || one.name === database);
  if (wanted.length === 0) {
    const names = manifest.databases.map((one) => one.name).join(", ");
    throw new DslError(
      "no_database",
      `Version ${manifest.version} of ${name} has no database ${database}`,
      `it has ${names}`,
    );
  }
  const files = wanted.map((one) => ({ one, path: pathFor(one.name, out, wanted.length) }));
  const taken = force ? undefined : files.find(({ path }) => existsSync(path));
  if (taken !== undefined) {
    throw new DslError("file_exists", `${taken.path} exists`, "give another --out, or --force");
  }
  const indexes = await readIndexes(site.store, [manifest]);
  for (const { one, path } of files) {
    const index = indexes.get(one.index);
    if (index === undefined) throw damaged(site.store, `the block list of ${one.name}`);
    const step = reporter.step(`Downloading ${one.name}`);
    await writeDatabase(site.store, one, index, path, step);
    step.done(`${formatBytes(one.size)}, verified`);
  }
  reporter.result(
    files.map(({ path }) => path),
    {
      site: name,
      version: manifest.version,
      files: files.map(({ one, path }) => ({ database: one.name, path, size: one.size })),
    },
  );
}

function pathFor(database: string, out: string | null, count: number): string {
  const file = `${database.replaceAll("/", "_")}.db`;
  if (out === null) return file;
  return count === 1 && /\.\w+$/.test(out) ? out : join(out, file);
}

/** Beside the target, then renamed: whoever finds the file finds all of it. */
async function writeDatabase(
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
  await eachConcurrently(blocks.entries(), CONCURRENCY, async ([at, sha256]) => {
    const length = Math.min(blockSize, size - at * blockSize);
    const stored = await store.get(blockKey(sha256));
    const block =
      stored && (await decompress(stored.body, { maxOutputLength: length }).catch(() => null));
    if (block === null || hash("sha256", block) !== sha256) throw damaged(store, blockKey(sha256));
    await file.write(block, 0, block.length, at * blockSize);
    done += block.length;
    step.progress(done, size, formatShare(done, size));
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

function damaged(store: ObjectStore, what: string): DslError {
  return new DslError(
    "damaged_bucket",
    `In the bucket ${store.name}, ${what} is missing or is not what was published`,
    "dsl update-stack with the databases puts back what is missing",
  );
}
