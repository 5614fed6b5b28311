import { hash } from "node:crypto";
import type {
  Condition,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  StoredObject,
} from "./object-store.ts";

interface Kept {
  body: Buffer;
  etag: string;
  lastModified: Date;
}

/** Objects in memory, gone with the process: for tests, and for planning without any I/O. */
export class MemoryStore implements ObjectStore {
  readonly name: string;
  readonly #objects = new Map<string, Kept>();

  constructor(name = "memory") {
    this.name = name;
  }

  async get(key: string): Promise<StoredObject | null> {
    const kept = this.#objects.get(key);
    return kept === undefined ? null : { body: Buffer.from(kept.body), etag: kept.etag };
  }

  async getRange(key: string, start: number, length: number): Promise<Buffer | null> {
    const kept = this.#objects.get(key);
    return kept === undefined ? null : Buffer.from(kept.body.subarray(start, start + length));
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    const kept = this.#objects.get(key);
    if (kept === undefined) return null;
    return { etag: kept.etag, size: kept.body.length, lastModified: kept.lastModified };
  }

  async put(key: string, body: Uint8Array): Promise<string> {
    const etag = `"${hash("md5", body)}"`;
    this.#objects.set(key, { body: Buffer.from(body), etag, lastModified: new Date() });
    return etag;
  }

  async putIf(condition: Condition, key: string, body: Uint8Array): Promise<string | null> {
    const etag = this.#objects.get(key)?.etag;
    const holds = "ifMatch" in condition ? etag === condition.ifMatch : etag === undefined;
    return holds ? this.put(key, body) : null;
  }

  async copy(from: string, to: string): Promise<void> {
    const kept = this.#objects.get(from);
    if (kept === undefined) throw new Error(`${this.name} has no ${from}`);
    await this.put(to, kept.body);
  }

  async list(prefix: string, most?: number): Promise<ListedObject[]> {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { body, lastModified }]) => ({ key, size: body.length, lastModified }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, most);
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.#objects.delete(key);
  }
}
