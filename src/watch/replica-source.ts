/** A Litestream replica as a follower sees it: new files are the commits of a program that may be far away. */

import type { Replica } from "../../runtime/load/litestream/replica.ts";
import { ReplicaReader } from "../../runtime/load/litestream/replica-reader.ts";
import type { Changes, Size } from "../../runtime/publisher/database/mirror.ts";
import type { Source } from "./source.ts";

export class ReplicaSource implements Source {
  readonly path: string;
  /** Each file is verified, so nothing can have been missed. */
  readonly checkMs = null;
  readonly isWal = true;
  readonly #connect: () => Promise<Replica>;
  readonly #say: (sentence: string) => void;
  readonly #pollMs: number;
  #reader: ReplicaReader | null = null;
  #replica: Replica | null = null;
  #polledAt = Number.NEGATIVE_INFINITY;

  /** `connect` opens the replica, also anew after an error; `pollMs`: look for new files at most this often. */
  constructor(
    path: string,
    connect: () => Promise<Replica>,
    pollMs: number,
    say: (sentence: string) => void,
  ) {
    this.path = path;
    this.#connect = connect;
    this.#pollMs = pollMs;
    this.#say = say;
  }

  get mustCopy(): boolean {
    return this.#reader === null || this.#reader.mustRestore;
  }

  get hasNews(): boolean {
    return this.mustCopy || this.#reader!.hasNews;
  }

  get place(): bigint | null {
    return this.#reader?.position?.txid ?? null;
  }

  /** What was read stays read, so that an error of the network costs no copy. */
  async open(): Promise<void> {
    this.#replica = await this.#connect();
    this.#reader ??= new ReplicaReader(() => this.#require(), null, this.#say);
  }

  close(): void {
    this.#replica = null;
  }

  distrust(): void {
    this.#reader?.forget();
  }

  async look(isLast: boolean): Promise<void> {
    const isTime = performance.now() - this.#polledAt >= this.#pollMs;
    if (this.mustCopy || !(isTime || isLast)) return;
    this.#polledAt = performance.now();
    await this.#reader!.poll();
  }

  take(): Changes {
    return this.#reader!.take();
  }

  copyTo(target: number): Promise<Size> {
    return this.#reader!.bringTo(target);
  }

  #require(): Replica {
    if (this.#replica === null) throw new Error(`${this.path} is not open`);
    return this.#replica;
  }
}
