/** An answer that is good for some time. When it cannot be had anew, the one of before goes on being used. */
export class Kept<T> {
  readonly #milliseconds: number;
  readonly #read: () => Promise<T>;
  /** `at`: when it was asked for last. */
  #value: { value: T; at: number } | null = null;

  constructor(milliseconds: number, read: () => Promise<T>) {
    this.#milliseconds = milliseconds;
    this.#read = read;
  }

  /** One that is not older than `milliseconds`. Throws what reading throws when there was no answer yet. */
  async get(milliseconds = this.#milliseconds): Promise<T> {
    const now = Date.now();
    if (this.#value !== null && now < this.#value.at + milliseconds) return this.#value.value;
    try {
      this.#value = { value: await this.#read(), at: now };
    } catch (error) {
      if (this.#value === null) throw error;
      this.#value.at = now;
    }
    return this.#value.value;
  }
}
