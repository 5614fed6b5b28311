/** One database that is followed: from the commits of others to what is published. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { checkIntegrity } from "../../runtime/publisher/database/integrity.ts";
import { Mirror } from "../../runtime/publisher/database/mirror.ts";
import { MirrorFacts } from "../../runtime/publisher/database/mirror-facts.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import type { Source } from "./source.ts";

/** Where each change needs a copy of the whole, copies take this part of the time at most. */
const COPYING_SHARE = 0.2;
export class Follower {
  readonly name: string;
  readonly path: string;
  /** Whether what was published last is what `take` gave last. */
  isPublished = false;
  /** When a commit was seen that is not published yet; by `performance.now`. */
  newsSince: number | null = null;
  readonly #source: Source;
  readonly #mirror: Mirror;
  readonly #facts: MirrorFacts;
  #isOpen = false;
  #isTaking = false;
  #copiedAt: number | null = null;
  #copyMs = 0;
  #repairs = 0;
  #copies = 0;

  /** `mirrorPath` is where the private copy goes. */
  constructor(name: string, source: Source, mirrorPath: string) {
    this.name = name;
    this.path = source.path;
    this.#source = source;
    this.#mirror = new Mirror(mirrorPath, source.path);
    this.#facts = new MirrorFacts(this.#mirror, name, source.path);
  }

  /** Blocks that a look at the whole file found to be other than what was followed. */
  get repairs(): number {
    return this.#repairs;
  }

  /** How often the whole file was copied. */
  get copies(): number {
    return this.#copies;
  }

  /** False where each change needs a copy of the whole. */
  get isWal(): boolean {
    return this.#source.isWal;
  }

  /** Looks for commits; `isLast`: whenever it did so before. Throws a DslError when the file is gone or is none. */
  async look(isLast = false): Promise<void> {
    if (this.#isTaking) return;
    try {
      await this.#look(isLast);
    } catch (error) {
      // Such as by a program that writes a new file and renames it.
      if (!(error instanceof DslError) || error.code !== "file_replaced") throw error;
      return;
    }
    if (this.#source.hasNews) this.newsSince ??= performance.now();
  }

  async #look(isLast: boolean): Promise<void> {
    try {
      if (!this.#isOpen) await this.#source.open();
      this.#isOpen = true;
      await this.#source.look(isLast);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whether there is something to publish by now; `isLast`: or would be later. */
  isDue(isLast: boolean): boolean {
    if (!this.#isOpen) return false;
    if (!this.#source.hasNews) return !this.isPublished || (!isLast && this.#mustCheck());
    if (isLast || !this.#source.mustCopy || this.#copiedAt === null) return true;
    return performance.now() - this.#copiedAt > this.#copyMs / COPYING_SHARE;
  }

  /**
   * The database after some commit. What this returns refers to the private copy, which stays as it is until
   * this is called again. Throws a DslError; the next call then copies the whole file.
   */
  async take(): Promise<DatabaseFacts> {
    this.isPublished = false;
    this.#isTaking = true;
    try {
      await this.#look(false);
      return await this.#take();
    } finally {
      this.#isTaking = false;
    }
  }

  async #take(): Promise<DatabaseFacts> {
    const isFirst = this.#copiedAt === null;
    this.newsSince = null;
    try {
      if (this.#source.mustCopy || !this.#follow()) await this.#copy();
      else if (this.#mustCheck()) await this.#check();
      if (isFirst) checkIntegrity(this.#mirror.path, this.path);
      return this.#facts.now();
    } catch (error) {
      this.close();
      this.#source.distrust();
      throw error;
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#source.close();
  }

  #mustCheck(): boolean {
    const { checkMs } = this.#source;
    if (checkMs === null || this.#copiedAt === null) return false;
    return performance.now() - this.#copiedAt > checkMs;
  }

  /** False when the changes alone do not say what the database is now. */
  #follow(): boolean {
    const changes = this.#source.take();
    return changes.pages.size === 0 || this.#mirror.apply(changes);
  }

  async #copy(): Promise<void> {
    const started = performance.now();
    await this.#mirror.rebuild((file) => this.#source.copyTo(file));
    this.#copiedAt = performance.now();
    this.#copyMs = this.#copiedAt - started;
    this.#copies++;
  }

  /** The whole anew; where nothing was committed meanwhile, it must be what was followed. */
  async #check(): Promise<void> {
    const { place } = this.#source;
    const { blocks } = this.#mirror.content;
    await this.#copy();
    if (
      this.#source.place !== place &&
      JSON.stringify(this.#source.place) !== JSON.stringify(place)
    )
      return;
    const after = this.#mirror.content.blocks;
    this.#repairs += after.filter((block, at) => block !== blocks[at]).length;
  }
}
