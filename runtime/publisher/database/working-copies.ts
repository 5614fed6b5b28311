/** Working copies of some databases in one folder; those that nobody has asked for lately are removed. */
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { WorkingCopy } from "./working-copy.ts";

export class WorkingCopies {
  readonly #folder: string;
  /** The one that was asked for last comes last. */
  readonly #copies = new Map<string, WorkingCopy>();

  /** `folder` is made when it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `name` is that of a published database, which is a file's name, too. */
  of(name: string): WorkingCopy {
    const known = this.#copies.get(name);
    this.#copies.delete(name);
    mkdirSync(this.#folder, { recursive: true });
    const copy = known ?? new WorkingCopy(join(this.#folder, `${name}.db`));
    this.#copies.set(name, copy);
    return copy;
  }

  /** Removes all but the `most` that were asked for last: to be called when none is in use. */
  async trim(most: number): Promise<void> {
    const old = [...this.#copies].slice(0, Math.max(0, this.#copies.size - most));
    for (const [name, { path }] of old) {
      this.#copies.delete(name);
      await rm(path, { force: true });
    }
  }
}
