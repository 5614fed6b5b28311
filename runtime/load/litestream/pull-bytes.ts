/** Bytes that come in pieces of any size, taken as many at a time as one wants. */
export class PullBytes {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer where there are no more. */
  async take(length: number): Promise<Buffer> {
    if (this.#rest.length < length) await this.#fill(length);
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #fill(length: number): Promise<void> {
    const parts = [this.#rest];
    let size = this.#rest.length;
    while (size < length) {
      const { done, value } = await this.#pieces.next();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
    this.#rest = Buffer.concat(parts);
  }
}
