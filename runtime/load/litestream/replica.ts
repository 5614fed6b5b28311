/** Where the files of a Litestream replica are: in a bucket or in a folder. */
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { type LtxFile, parseLtxKey } from "./restore-plan.ts";

export interface Replica {
  /** As the user named it. */
  readonly name: string;
  /** All files, lower levels first: Litestream writes a file of a higher level before it removes those that it is made of. */
  files(): Promise<LtxFile[]>;
  /** The files of level 0, where every transaction comes first. */
  newest(): Promise<LtxFile[]>;
  /** The first bytes of a file. */
  start(file: LtxFile, length: number): Promise<Buffer>;
  read(file: LtxFile): AsyncIterable<Buffer>;
}

/** Bytes of one GET: large enough that the next one's latency does not matter, small enough for a Lambda. */
const PIECE = 8 * 1024 * 1024;

/** A replica under `prefix` of a bucket; the prefix has no slash at its end and may be empty. */
export function storeReplica(name: string, store: ObjectStore, prefix: string): Replica {
  const list = async (below: string) => {
    const listed = await store.list((prefix === "" ? "" : `${prefix}/`) + below);
    return listed
      .map(({ key, size, lastModified }) =>
        parseLtxKey(key, {
          size,
          writtenAt: lastModified.getTime(),
          identity: `${size} ${lastModified.getTime()}`,
        }),
      )
      .filter((file) => file !== null);
  };
  return {
    name,
    files: () => list("ltx/"),
    newest: () => list("ltx/0/"),
    start: async ({ key }, length) => (await store.getRange(key, 0, length)) ?? Buffer.alloc(0),
    read: ({ key, size }) => pieces(store, key, size),
  };
}

async function* pieces(store: ObjectStore, key: string, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < size; at += PIECE) {
    const piece = await store.getRange(key, at, Math.min(PIECE, size - at));
    // Litestream removed it meanwhile: the reader says that the file ends too early.
    if (piece === null) return;
    yield piece;
  }
}

/** A replica in a folder, which is the one with `ltx` in it. */
export function folderReplica(name: string, folder: string): Replica {
  const list = async (level: string) => {
    const files: LtxFile[] = [];
    for (const entry of await readdir(join(folder, "ltx", level)).catch(noneIfGone)) {
      const key = join("ltx", level, entry);
      const found = await stat(join(folder, key)).catch(nullIfGone);
      if (found === null) continue;
      // Litestream sets a file's mtime to its timestamp; when it was written its ctime tells.
      const { size, ctimeMs, ino } = found;
      const facts = { size, writtenAt: ctimeMs, identity: `${size} ${ctimeMs} ${ino}` };
      const file = parseLtxKey(key, facts);
      if (file !== null) files.push(file);
    }
    return files;
  };
  return {
    name,
    files: async () => {
      const files: LtxFile[] = [];
      for (const level of (await readdir(join(folder, "ltx"))).sort()) {
        files.push(...(await list(level)));
      }
      return files;
    },
    newest: () => list("0"),
    start: async ({ key }, length) => {
      const file = await open(join(folder, key));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    read: ({ key }) => createReadStream(join(folder, key), { highWaterMark: 1024 * 1024 }),
  };
}

function noneIfGone(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
  throw error;
}

function nullIfGone(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
