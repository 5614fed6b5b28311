/** ZIP files: what is in them, each entry unpacked while it is read. */
import type { Readable } from "node:stream";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { LoadError } from "../model/load-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { watchExpansion } from "./expansion.ts";

/** More files than this in one archive are no set of tables. */
const MAX_ENTRIES = 10_000;

export interface ZipArchive {
  /** By path in the archive; without folders. */
  entries: Map<string, ByteSource>;
  close(): void;
}

/** Opens the archive at `path`, which the user knows as `name`. Throws a LoadError for a damaged one. */
export async function openZip(path: string, name: string): Promise<ZipArchive> {
  const entries = new Map<string, ByteSource>();
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(path, { autoClose: false, lazyEntries: true });
    if (zip.entryCount > MAX_ENTRIES) throw tooMany(name, zip.entryCount);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      entries.set(entry.fileName, entrySource(zip, entry, name));
    }
    const opened = zip;
    return { entries, close: () => opened.close() };
  } catch (error) {
    zip?.close();
    throw damaged(error, name);
  }
}

function entrySource(zip: ZipFile, entry: Entry, archive: string): ByteSource {
  const name = `${archive}/${entry.fileName}`;
  async function* open(): AsyncIterable<Buffer> {
    if (entry.isEncrypted()) {
      throw new LoadError(
        "encrypted_archive",
        `${name} is protected by a password`,
        "unpack it and name what comes out",
      );
    }
    let stream: Readable | null = null;
    try {
      stream = await zip.openReadStreamPromise(entry);
      yield* watchExpansion(stream, () => entry.compressedSize, name);
    } catch (error) {
      throw damaged(error, name);
    } finally {
      stream?.destroy();
    }
  }
  return { name, path: null, open };
}

function tooMany(name: string, count: number): LoadError {
  return new LoadError(
    "too_many_files",
    `${name} has ${count} files in it, and at most ${MAX_ENTRIES} are read`,
    "unpack it and name the files that are tables",
  );
}

/** yauzl's errors have no codes; the file system's have, and are passed on. */
function damaged(error: unknown, name: string): unknown {
  if (error instanceof LoadError || (error as NodeJS.ErrnoException).syscall) return error;
  return new LoadError(
    "damaged_archive",
    `${name} is no ZIP file that can be read: ${(error as Error).message}`,
    "copy or download the file again",
    { cause: error },
  );
}
