/**
 * Brings one database from the bucket to a local file: blocks → `<sha256>.db.<pid>.partial` →
 * rename. Whoever opens `<sha256>.db` therefore finds it whole, whatever was killed when.
 *
 * Blocks come in parallel. At most MAX_CONNECTIONS of them are in memory. Each is verified by its
 * name (the SHA-256 of its raw bytes), the block index by its name in the manifest, and so the file
 * is what was published. Blocks that the previous version's file has are copied from there.
 */
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { eachConcurrently } from "../../core/concurrency.ts";
import { fetchBlock, fetchIndex, isBlock } from "../../core/format/blocks.ts";
import type { BlockIndex, ManifestDatabase } from "../../core/format/manifest.ts";
import { MAX_CONNECTIONS } from "../../core/store/http-exchange.ts";
import type { Bucket } from "../../core/store/s3.ts";

/** Room left for what SQLite and others write to the same disk. */
const SPARE_BYTES = 8 * 1024 * 1024;

/** A database file on the local disk. */
export interface LocalCopy {
  path: string;
  index: BlockIndex;
}

/** What a fetch took; for the log. */
export interface FetchReport {
  bytes: number;
  fetchedBlocks: number;
  /** Compressed bytes that came from the bucket. */
  fetchedBytes: number;
  copiedBlocks: number;
  milliseconds: number;
}

/** The disk has no room for the database. */
export class DiskFull extends Error {
  override readonly name = "DiskFull";
}

/**
 * Fetches `database` into `directory`. `previous` is an older version's file, which may be gone
 * meanwhile. Throws S3Error or a network error, CorruptObject, DiskFull; no partial file stays.
 */
export async function fetchDatabase(
  bucket: Bucket,
  database: ManifestDatabase,
  directory: string,
  previous: LocalCopy | null,
): Promise<{ copy: LocalCopy; report: FetchReport }> {
  const started = performance.now();
  const path = join(directory, `${database.sha256}.db`);
  const index = await fetchIndex(bucket, database);
  const report: FetchReport = {
    bytes: index.size,
    fetchedBlocks: 0,
    fetchedBytes: 0,
    copiedBlocks: 0,
    milliseconds: 0,
  };
  if (!(await hasSize(path, index.size))) {
    await mkdir(directory, { recursive: true });
    const partial = `${path}.${process.pid}.partial`;
    try {
      await checkSpace(directory, database);
      await assemble(bucket, index, partial, previous, report);
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw diskFull(database);
      throw error;
    }
  }
  report.milliseconds = Math.round(performance.now() - started);
  return { copy: { path, index }, report };
}

/** Writes all blocks of `index` to `partial`. */
async function assemble(
  bucket: Bucket,
  index: BlockIndex,
  partial: string,
  previous: LocalCopy | null,
  report: FetchReport,
): Promise<void> {
  const source = await openPrevious(previous, index.blockSize);
  const target = await open(partial, "w");
  try {
    await eachConcurrently(
      positionsByBlock(index),
      MAX_CONNECTIONS,
      async ([sha256, positions]) => {
        const length = Math.min(index.blockSize, index.size - positions[0]!);
        let block = (await source?.read(sha256, length)) ?? null;
        if (block !== null) {
          report.copiedBlocks++;
        } else {
          const fetched = await fetchBlock(bucket, sha256, length);
          block = fetched.block;
          report.fetchedBlocks++;
          report.fetchedBytes += fetched.compressedBytes;
        }
        for (const position of positions) await writeAll(target, block, position);
      },
    );
    const { size } = await target.stat();
    if (size !== index.size) throw new Error(`${partial} has ${size} bytes, not ${index.size}`);
  } finally {
    await target.close();
    await source?.close();
  }
}

/** Each block once, with all places in the file where it is. */
function positionsByBlock(index: BlockIndex): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  index.blocks.forEach((sha256, i) => {
    const known = positions.get(sha256);
    if (known) known.push(i * index.blockSize);
    else positions.set(sha256, [i * index.blockSize]);
  });
  return positions;
}

/** The blocks of an older version's file, verified when read; null when there is none of use. */
async function openPrevious(previous: LocalCopy | null, blockSize: number) {
  if (previous === null || previous.index.blockSize !== blockSize) return null;
  const file = await open(previous.path, "r").catch(() => null);
  if (file === null) return null;
  const positions = new Map(previous.index.blocks.map((sha256, i) => [sha256, i * blockSize]));
  return {
    async read(sha256: string, length: number): Promise<Buffer | null> {
      const position = positions.get(sha256);
      if (position === undefined) return null;
      const block = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(block, 0, length, position);
      return bytesRead === length && isBlock(block, sha256, length) ? block : null;
    },
    close: () => file.close(),
  };
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.length - written;
    written += (await file.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

async function hasSize(path: string, size: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size === size;
}

async function checkSpace(directory: string, database: ManifestDatabase): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < database.size + SPARE_BYTES) throw diskFull(database);
}

function diskFull(database: ManifestDatabase): DiskFull {
  const megabytes = Math.ceil((database.size + SPARE_BYTES) / 1024 / 1024);
  return new DiskFull(
    `The temporary disk has no room for ${database.name}: ${megabytes} MB are needed ` +
      "(beside the version that is being served)",
  );
}
