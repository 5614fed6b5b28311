import { hash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import type {
  Condition,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  StoredObject,
} from "./object-store.ts";

/** Where objects are while they are written; no key begins like this. */
const UNFINISHED = ".unfinished";
const LOCK = ".lock";
const LOCK_PAUSE_MS = 10;
/** What is unfinished for so long was left behind by a process that was killed. */
const UNFINISHED_MS = 24 * 3_600_000;

/**
 * Objects as files below a folder, each at its key. An object appears whole, by rename, and what was written
 * survives the machine. Conditional writes of several processes exclude each other by SQLite's lock of a file,
 * which the system gives up when its process is killed. Throws the errors of the file system, with the folder
 * where they name no path, and SQLite's where the file system knows no locks.
 */
export class FolderStore implements ObjectStore {
  readonly name: string;

  constructor(folder: string) {
    this.name = folder;
  }

  async get(key: string): Promise<StoredObject | null> {
    const body = await orNull(readFile(this.#path(key)));
    return body === null ? null : { body, etag: etagOf(body) };
  }

  async getRange(key: string, start: number, length: number): Promise<Buffer | null> {
    const file = await orNull(open(this.#path(key)));
    if (file === null) return null;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    const [found, stored] = [await orNull(stat(this.#path(key))), await this.get(key)];
    if (found === null || stored === null) return null;
    return { etag: stored.etag, size: stored.body.length, lastModified: found.mtime };
  }

  async put(key: string, body: Uint8Array): Promise<string> {
    const path = this.#path(key);
    await this.#place(await this.#write(body), path);
    return etagOf(body);
  }

  async putIf(condition: Condition, key: string, body: Uint8Array): Promise<string | null> {
    const path = this.#path(key);
    const unfinished = await this.#write(body);
    const lock = await this.#lock();
    try {
      const etag = (await this.get(key))?.etag;
      const holds = "ifMatch" in condition ? etag === condition.ifMatch : etag === undefined;
      if (holds) await this.#place(unfinished, path);
      await this.#clear();
      return holds ? etagOf(body) : null;
    } finally {
      lock.close();
      await rm(unfinished, { force: true });
    }
  }

  async copy(from: string, to: string): Promise<void> {
    await this.put(to, await readFile(this.#path(from)));
  }

  async list(prefix: string, most = Number.POSITIVE_INFINITY): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    for await (const key of this.#keys("", prefix)) {
      const found = await orNull(stat(this.#path(key)));
      if (found !== null) objects.push({ key, size: found.size, lastModified: found.mtime });
      if (objects.length >= most) break;
    }
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) await rm(this.#path(key), { force: true });
  }

  /** Throws for a key that would leave the folder. */
  #path(key: string): string {
    const path = join(this.name, key);
    if (relative(this.name, path).startsWith("..")) throw new Error(`${key} is outside the folder`);
    return path;
  }

  /** Of the files below `folder` ("" or "a/"). */
  async *#keys(folder: string, prefix: string): AsyncGenerator<string> {
    const entries = await orNull(readdir(join(this.name, folder), { withFileTypes: true }));
    for (const entry of entries ?? []) {
      const key = folder + entry.name;
      if (key === LOCK || key === UNFINISHED) continue;
      if (entry.isFile() && key.startsWith(prefix)) yield key;
      const below = `${key}/`;
      if (entry.isDirectory() && (below.startsWith(prefix) || prefix.startsWith(below))) {
        yield* this.#keys(below, prefix);
      }
    }
  }

  /** Resolves with the path of a new file that is on the disk and no object yet. */
  async #write(body: Uint8Array): Promise<string> {
    const path = join(this.name, UNFINISHED, randomUUID());
    await makeFolder(dirname(path));
    const file = await open(path, "wx");
    try {
      await file.writeFile(body);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      // Of what is written to an open file the system does not say where it is.
      throw Object.assign(error as Error, { path: this.name });
    } finally {
      await file.close();
    }
    return path;
  }

  async #place(unfinished: string, path: string): Promise<void> {
    await makeFolder(dirname(path));
    await rename(unfinished, path);
    // Windows has no folders that can be opened.
    if (process.platform === "win32") return;
    const folder = await open(dirname(path));
    await folder.sync().finally(() => folder.close());
  }

  /** To be called with the lock: removes what killed processes have not finished. */
  async #clear(): Promise<void> {
    const folder = join(this.name, UNFINISHED);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const found = await orNull(stat(path));
      if (found !== null && Date.now() - found.mtimeMs > UNFINISHED_MS)
        await rm(path, { force: true });
    }
  }

  /** Resolves when this is the only one, until it is closed. */
  async #lock(): Promise<Database.Database> {
    const lock = new Database(join(this.name, LOCK), { timeout: 0 });
    for (;;) {
      try {
        lock.exec("BEGIN EXCLUSIVE");
        return lock;
      } catch (error) {
        const isHeld =
          error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
        if (!isHeld) {
          lock.close();
          throw error;
        }
        await sleep(Math.random() * LOCK_PAUSE_MS);
      }
    }
  }
}

/** Node's own recursive mkdir never returns where a file system cannot have folders, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    // Another process may have made the same.
    await mkdir(path).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== "EEXIST") throw again;
    });
  }
}

function etagOf(body: Uint8Array): string {
  return `"${hash("md5", body)}"`;
}

/** null instead of the error that a file or folder is not there. */
async function orNull<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
