/** What one location keeps, in memory: the least recently used goes first. */

export interface Kept {
  status: number;
  headers: ReadonlyMap<string, string>;
  /** `set-cookie` may be there several times. */
  cookies: readonly string[];
  body: Buffer;
  /** Milliseconds. */
  since: number;
  freshUntil: number;
}

const LARGEST_BYTES = 256 * 1024 * 1024;

export class EdgeCache {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  get(key: string): Kept | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  set(key: string, kept: Kept): void {
    this.delete(key);
    this.#kept.set(key, kept);
    this.#bytes += kept.body.length;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= LARGEST_BYTES) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#kept.get(key);
    if (found === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= found.body.length;
  }

  get size(): number {
    return this.#kept.size;
  }
}
