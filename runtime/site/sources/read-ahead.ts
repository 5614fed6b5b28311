/**
 * Which blocks to fetch before they are asked for. A database that is read in the order of the file
 * is fetched in growing steps; one that is read here and there, block by block.
 */
export class ReadAhead {
  readonly #blocks: number;
  readonly #longest: number;
  #last = -1;
  /** Behind the last block that was asked for or read ahead. */
  #end = 0;
  #step = 0;

  /** For a database of `blocks` blocks; at most `longest` are fetched ahead at a time. */
  constructor(blocks: number, longest: number) {
    this.#blocks = blocks;
    this.#longest = longest;
  }

  /** A reader waits for `block`: which blocks come next? */
  wanted(block: number): number[] {
    const isOnward = block > this.#last && block <= this.#end + SKIPPED && this.#last >= 0;
    this.#step = isOnward ? this.#longer() : 0;
    this.#last = block;
    this.#end = Math.max(isOnward ? this.#end : 0, block + 1);
    return this.#ahead();
  }

  /** A reader has come to `block`, the first of those that were read ahead last. */
  touched(block: number): number[] {
    if (block < this.#last || block >= this.#end) return [];
    this.#last = block;
    this.#step = this.#longer();
    return this.#ahead();
  }

  #longer(): number {
    return Math.min(Math.max(1, this.#step) * 2, this.#longest);
  }

  #ahead(): number[] {
    const from = this.#end;
    this.#end = Math.min(this.#blocks, from + this.#step);
    return Array.from({ length: Math.max(0, this.#end - from) }, (_, i) => from + i);
  }
}

/** Reading that leaves out at most this many blocks is still in file order: other tables lie in between. */
const SKIPPED = 4;
