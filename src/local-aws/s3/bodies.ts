/** Object bodies as files: written elsewhere and renamed, so that a name always means a whole body. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** Sees the bytes of a body while they are written. */
export interface BytesObserver {
  update(chunk: Uint8Array): void;
}

/** A body that has arrived completely, but has no name yet: pass it to `keep` or `discard`. */
export interface ReceivedBody {
  file: string;
  size: number;
  /** Hex. */
  md5: string;
}

export class Bodies {
  readonly #bodies: string;
  readonly #incoming: string;

  /** Removes what an earlier process left behind: half-written bodies, and those not in `used`. */
  constructor(home: string, used: Set<string>) {
    this.#bodies = join(home, "s3", "bodies");
    this.#incoming = join(home, "s3", "incoming");
    rmSync(this.#incoming, { recursive: true, force: true });
    mkdirSync(this.#incoming, { recursive: true });
    mkdirSync(this.#bodies, { recursive: true });
    for (const shard of readdirSync(this.#bodies)) {
      for (const name of readdirSync(join(this.#bodies, shard))) {
        if (!used.has(name)) this.remove(name);
      }
    }
  }

  /** Writes chunks to a file of their own. What fails leaves nothing behind. */
  async receive(
    chunks: AsyncIterable<Uint8Array>,
    observers: BytesObserver[] = [],
  ): Promise<ReceivedBody> {
    const file = join(this.#incoming, randomUUID());
    const md5 = createHash("md5");
    let size = 0;
    const handle = await open(file, "wx");
    try {
      for await (const chunk of chunks) {
        md5.update(chunk);
        for (const observer of observers) observer.update(chunk);
        await handle.writeFile(chunk);
        size += chunk.length;
      }
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return { file, size, md5: md5.digest("hex") };
  }

  /** Makes a received body permanent and returns its name. */
  keep(received: ReceivedBody): string {
    const name = randomUUID();
    mkdirSync(join(this.#bodies, name.slice(0, 2)), { recursive: true });
    renameSync(received.file, this.#path(name));
    return name;
  }

  discard(received: ReceivedBody): void {
    rmSync(received.file, { force: true });
  }

  /**
   * Bytes `start` to `end` (both included). The file is opened before this returns, so that whoever
   * overwrites the object now does not disturb the reader.
   */
  read(name: string, start: number, end: number): Readable {
    const fd = openSync(this.#path(name), "r");
    return createReadStream("", { fd, start, end, highWaterMark: 256 * 1024 });
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#bodies, name.slice(0, 2), name);
  }
}
