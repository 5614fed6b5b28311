import { hash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
/** A lock this old was left behind by a process that was killed: a conditional write takes no time. */
const LOCK_AGE_MS = 10_000;

/**
 * Objects as files below a folder, each at its key. An object appears whole, by rename; conditional
 * writes of several processes exclude each other by a lock file. Throws the errors of the file system.
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
    const unfinished = join(this.name, UNFINISHED, randomUUID());
    await makeFolder(dirname(unfinished));
    await makeFolder(dirname(path));
    await writeFile(unfinished, body);
    await rename(unfinished, path);
    return etagOf(body);
  }

  async putIf(condition: Condition, key: string, body: Uint8Array): Promise<string | null> {
    const unlock = await this.#lock();
    try {
      const etag = (await this.get(key))?.etag;
      const holds = "ifMatch" in condition ? etag === condition.ifMatch : etag === undefined;
      return holds ? await this.put(key, body) : null;
    } finally {
      await unlock();
    }
  }

  async copy(from: string, to: string): Promise<void> {
    await this.put(to, await readFile(this.#path(from)));
  }

  async list(prefix: string): Promise<ListedObject[]> {
    const entries =
      (await orNull(readdir(this.name, { recursive: true, withFileTypes: true }))) ?? [];
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.name, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .filter((key) => key.startsWith(prefix) && key !== LOCK && !key.startsWith(`${UNFINISHED}/`))
      .sort();
    const objects: ListedObject[] = [];
    for (const key of keys) {
      const found = await orNull(stat(this.#path(key)));
      if (found !== null) objects.push({ key, size: found.size, lastModified: found.mtime });
    }
    return objects;
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

  async #lock(): Promise<() => Promise<void>> {
    const path = join(this.name, LOCK);
    await makeFolder(this.name);
    for (;;) {
      try {
        await (await open(path, "wx")).close();
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const held = await orNull(stat(path));
        if (held !== null && Date.now() - held.mtimeMs > LOCK_AGE_MS)
          await rm(path, { force: true });
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
